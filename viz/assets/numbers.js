/* Numbers as text, as viz.text writes them, and back. */

const MINUS = "\u2212";

/* Mantissa and exponent of four digits; of two equally near, as Python does, the even one. */
function digits(size) {
  const text = size.toExponential(4);
  const tie = text[5] === "5" && Number(text) === size && /^50*e/.test(size.toExponential(40).slice(5));
  const even = tie && "02468".includes(text[4]);
  const [mantissa, exponent] = (even ? text.slice(0, 5) + text.slice(6) : size.toExponential(3)).split("e");
  return [mantissa, Number(exponent)];
}

function number(x) {
  if (x !== x) return "nan";
  const sign = x < 0 ? MINUS : "";
  const size = Math.abs(x);
  if (size === Infinity) return `${sign}inf`;
  if (size === 0) return "0";
  const [mantissa, exponent] = digits(size);
  if (exponent >= 4 || exponent < (size >= 1e-3 ? -4 : 0)) {
    const two = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${trimmed(mantissa)}e${exponent < 0 ? MINUS : "+"}${two}`;
  }
  const all = mantissa[0] + mantissa.slice(2);
  const point = exponent + 1;
  const plain = point > 0 ? `${all.slice(0, point)}.${all.slice(point)}` : `0.${"0".repeat(-point)}${all}`;
  return sign + trimmed(plain);
}

const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0*$/, "") : text);

function signed(x) {
  const text = number(x);
  return text.startsWith(MINUS) || text === "nan" ? text : `+${text}`;
}

/* The number that a person typed; undefined where it is none. */
function read(text) {
  const plain = text.trim().replace(/[\u2212\u2013]/g, "-").replace(",", ".").toLowerCase();
  if (plain === "nan") return NaN;
  const found = Number(plain.replace(/\u221e|inf(inity)?$/, "Infinity"));
  return plain === "" || Number.isNaN(found) ? undefined : found;
}

/* The numbers beside an axis, in as many digits as tell them apart. */
function labels(some) {
  const most = Math.max(...some.map(Math.abs));
  const apart = Math.min(9, Math.ceil(Math.log10(most / (some[1] - some[0])) - 1e-9) + 1);
  const plain = !(apart > 4 && most < 1e7 && most > 1e-3);
  return some.map((x) => (plain ? number(x) : String(Number(x.toPrecision(apart))).replace("-", MINUS)));
}

/* Logarithms of round numbers: of powers of ten, or, within one, of others. */
function powers(low, high, count) {
  if (high - low < 1.5) return ticks(10 ** low, 10 ** high, count).map(Math.log10);
  return ticks(low, high, Math.min(count, Math.floor(high - low)));
}

/* Round numbers from `low` to `high`, about `count` of them. */
function ticks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const pace = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
  const first = Math.ceil(low / pace);
  const length = Math.min(50, Math.floor((high - low) / pace + 1e-9) + 1) || 0;
  const found = Array.from({ length }, (_, k) => Number(((first + k) * pace).toPrecision(15)));
  return found.filter((x) => x <= high + 1e-9 * pace);
}
