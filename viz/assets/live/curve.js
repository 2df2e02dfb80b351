/* The output against the current input, with its tangent, and a secant over a nudge h. */

const POINTS = 160;
const plot = new Plot(byId("curve"));
const scratch = numbers();
let curve;

function showCurve() {
  const { number: i, low, high, name } = current;
  const others = [...inputs.keys()].filter((k) => k !== i).map((k) => all[k]);
  const key = [i, low, high, ...others];
  if (!curve || key.some((x, k) => !Object.is(x, curve[k]))) drawCurve(i, low, high);
  curve = key;
  const [x, y, up] = [all[i], all[output], slope(i)];
  plot.point(x, y);
  const reach = 0.16 * (high - low);
  const seen = !hidden(i) && Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(up);
  plot.line("tangent", seen ? [[x - reach, y - reach * up], [x + reach, y + reach * up]] : []);
  byId("curve-told").textContent = `At ${name} = ${number(x)} the slope of the tangent is ${current.slope} = ${shown(hidden(i) ? HIDDEN : up)}.`
    + showSecant(i, x, y, reach);
}

/* The line through the points at x and x + h, and what is to be said of it. */
function showSecant(i, x, y, reach) {
  const h = Number(byId("nudge").value);
  byId("nudge-told").textContent = number(h);
  byId("nudge").setAttribute("aria-valuetext", number(h));
  scratch.set(all);
  scratch[i] = x + h;
  forward(scratch);
  const slope = (scratch[output] - y) / h;
  const seen = h && !hidden(i) && Number.isFinite(slope);
  const ends = [Math.min(x, x + h) - reach, Math.max(x, x + h) + reach];
  plot.line("secant", seen ? ends.map((end) => [end, y + (end - x) * slope]) : []);
  plot.point(seen ? x + h : NaN, scratch[output], "there");
  return h ? ` The secant to ${current.name} + h has the slope ${shown(hidden(i) ? HIDDEN : slope)}.` : "";
}

function drawCurve(i, low, high) {
  scratch.set(all);
  const points = [];
  for (let k = 0; k <= POINTS; k++) {
    scratch[i] = low + ((high - low) * k) / POINTS;
    forward(scratch);
    points.push([scratch[i], scratch[output]]);
  }
  plot.frame([low, high], spread(points.map(([, y]) => y), [all[output]]));
  plot.line("drawn", points);
  plot.say(points.some(([, y]) => Number.isFinite(y)) ? "" : `${told.names[output]} is no finite number here`);
}

byId("nudge").addEventListener("input", showCurve);
byId("against").addEventListener("change", () => {
  choose(inputs.get(Number(byId("against").value)));
  changed();
});

function drag(event) {
  if (event.buttons & 1) move(current, plot.at(event.clientX));
}
byId("curve").addEventListener("pointerdown", (event) => {
  byId("curve").setPointerCapture(event.pointerId);
  drag(event);
});
byId("curve").addEventListener("pointermove", drag);
