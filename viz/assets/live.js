/* The live figure. Before this: the graph (`numbers`, `forward`, `backward`), and the scripts it stands on. */

const told = JSON.parse(byId("data").textContent);
const output = told.output;
const inputs = new Map(told.inputs.map((one) => [one.number, { ...one, data: read(one.data) }]));
const stage = byId("stage");
const all = numbers();
let passed;
let current = first();

/* The curve begins with an input that can be dragged in the figure, one that is varied if it can. */
function first() {
  const every = [...inputs.values()];
  const drawn = every.filter(({ number: i }) => stage.querySelector(`[data-field="${i}"]`));
  return drawn.find((one) => one.varied) ?? drawn[0] ?? every[0];
}

/* What is shown: the figure, and the table while it is open. */

let predicting = false;
const revealed = new Set();
const hidden = (value) => predicting && value !== output && !revealed.has(value);
const slope = (value) => passed.gradients[value] ?? 0;
const figure = new Figure(stage, told.saturated, hidden);
const table = new Figure(byId("values"), told.saturated, hidden);
const fields = [...document.querySelectorAll(".field")].map((element) =>
  ({ element, input: inputs.get(Number(element.dataset.field)) }));

function writeField({ element, input }) {
  if (element.classList.contains("typing")) return;
  const text = number(all[input.number]);
  if (element.value !== text) element.value = text;
  element.setAttribute("aria-valuenow", all[input.number]);
}

/* One frame: everything from the leaves on. */

function compute() {
  forward(all);
  passed = backward(all);
}

function show() {
  figure.write(all, passed);
  figure.writeFlows(passed, byId("widths").ariaPressed === "true" && !predicting);
  if (byId("values").open) table.write(all, passed);
  fields.forEach(writeField);
  writeHeading();
  showCurve();
  showDescent();
}

let due = 0;
function changed() {
  due ||= requestAnimationFrame(() => {
    due = 0;
    compute();
    show();
  });
  announce();
}

function writeHeading() {
  byId("told-output").textContent = number(all[output]);
  byId("told-slope").textContent = `${current.slope} = ${shown(hidden(current.number) ? HIDDEN : slope(current.number))}`;
}

let saying = 0;
function announce() {
  clearTimeout(saying);
  saying = setTimeout(() => {
    byId("announcer").textContent =
      `${current.name} = ${number(all[current.number])}: ${document.querySelector("#told").textContent}`;
  }, 600);
}

/* An input moves. */

function set(input, x) {
  if (Object.is(all[input.number], x)) return;
  all[input.number] = x;
  widen(input);
  choose(input);
  startAnew();
}

/* A range holds its number, wherever that came from. */
function widen(input) {
  const x = all[input.number];
  if (!Number.isFinite(x)) return;
  input.low = Math.min(input.low, x);
  input.high = Math.max(input.high, x);
}

function startAnew() {
  if (losses.length) {
    losses = [];
    drawDescent();
  }
  revealed.clear();
  changed();
}

/* Whole steps of a grid, so that a number comes back to what it was; within the range. */
function move(input, x) {
  const near = Math.round(x / input.step) * input.step;
  set(input, Number(Math.min(input.high, Math.max(input.low, near)).toPrecision(12)));
}

function choose(input) {
  current = input;
  byId("against").value = input.number;
}

const pace = (event) => (event.shiftKey ? 10 : event.altKey ? 0.1 : 1);

for (const { element, input } of fields) {
  let start;
  element.addEventListener("pointerdown", (event) => {
    if (element.classList.contains("typing") || event.button !== 0) return;
    event.preventDefault();
    element.focus();
    element.setPointerCapture(event.pointerId);
    start = { x: event.clientX, at: all[input.number], moved: false };
  });
  element.addEventListener("pointermove", (event) => {
    if (!start) return;
    const far = event.clientX - start.x;
    start.moved ||= Math.abs(far) > 3;
    if (start.moved && Number.isFinite(start.at)) move(input, start.at + far * input.step * pace(event));
  });
  element.addEventListener("pointerup", () => {
    if (start && !start.moved) type();
    start = undefined;
  });
  element.addEventListener("pointercancel", () => (start = undefined));
  element.addEventListener("focus", () => {
    choose(input);
    changed();
  });
  element.addEventListener("blur", commit);
  element.addEventListener("keydown", (event) => {
    const typing = element.classList.contains("typing");
    const way = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (event.key === "Enter") return typing ? commit() : type();
    if (event.key === "Escape") return leave();
    if (event.ctrlKey || event.metaKey) return;
    if (!typing && way) {
      event.preventDefault();
      move(input, all[input.number] + way * input.step * pace(event));
    } else if (!typing && (event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      move(input, event.key === "Home" ? input.low : input.high);
    } else if (!typing && (event.key.length === 1 || event.key === "Backspace")) {
      type();
    }
  });

  function type() {
    element.classList.add("typing");
    element.select();
  }

  function leave() {
    element.classList.remove("typing");
    element.removeAttribute("aria-invalid");
    writeField({ element, input });
  }

  function commit() {
    if (!element.classList.contains("typing")) return;
    const x = element.value === number(all[input.number]) ? all[input.number] : read(element.value);
    if (x === undefined) {
      byId("announcer").textContent = `“${element.value}” is no number`;
      element.setAttribute("aria-invalid", "true");
      if (document.activeElement === element) return;
    }
    leave();
    if (x !== undefined) set(input, x);
  }
}

/* The output against the current input, with its tangent. */

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
  byId("curve-told").textContent = `At ${name} = ${number(x)} the slope of the tangent is ${current.slope} = ${shown(hidden(i) ? HIDDEN : up)}.`;
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
}

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

/* Gradient descent on the inputs that are varied. */

const lossPlot = new Plot(byId("loss"));
const moving = [...inputs.values()].filter((one) => one.varied);
let losses = [];

function showDescent() {
  const rate = number(10 ** byId("rate").value);
  byId("rate-told").textContent = rate;
  byId("rate").setAttribute("aria-valuetext", rate);
  const steps = losses.length - 1;
  byId("descent-told").textContent = steps < 1
    ? `Each step moves ${named(moving)} against the gradient.`
    : `After ${steps} step${steps > 1 ? "s" : ""}: ${told.names[output]} = ${number(all[output])}.`
      + (Number.isFinite(all[output]) ? "" : " A smaller α may help; Reset goes back.");
}

const named = (some) => (some.length > 8 ? `${some.length} numbers` : some.map((one) => one.name).join(", "));

function drawDescent() {
  const known = losses.length ? losses : [all[output]];
  lossPlot.frame([0, Math.max(10, known.length - 1)], spread(known, known));
  lossPlot.line("drawn", known.map((y, x) => [x, y]));
  lossPlot.point(losses.length - 1, losses.at(-1));
}

function descend(count) {
  const rate = 10 ** byId("rate").value;
  if (!losses.length) losses = [all[output]];
  for (let k = 0; k < count; k++) {
    for (const { number: i } of moving) all[i] -= rate * slope(i);
    compute();
    losses.push(all[output]);
  }
  for (const one of moving) widen(one);
  revealed.clear();
  drawDescent();
  changed();
}

function reset() {
  for (const [i, one] of inputs) all[i] = one.data;
  startAnew();
}

byId("rate").addEventListener("input", showDescent);
byId("step").addEventListener("click", () => descend(1));
byId("steps").addEventListener("click", () => descend(10));
byId("reset").addEventListener("click", reset);

/* Predicting: a gradient is hidden until it is asked for. */

function predict() {
  predicting = !predicting;
  revealed.clear();
  byId("predict").ariaPressed = String(predicting);
  byId("reveal").hidden = !predicting;
  byId("widths").disabled = predicting;
  for (const { element, kind, place: [value] } of [...figure.texts, ...table.texts]) {
    const asked = predicting && value !== output && (kind === "gradient" || kind === "delta");
    element.classList.toggle("asked", asked);
    for (const [key, x] of Object.entries({ tabindex: 0, role: "button", "aria-label": `Reveal the gradient of ${told.names[value]}` })) {
      if (asked) element.setAttribute(key, x);
      else if (kind === "gradient" || kind === "delta") element.removeAttribute(key);
    }
  }
  changed();
}

function reveal(element) {
  if (!element?.classList.contains("asked")) return;
  revealed.add(Number(element.dataset.gradient ?? element.dataset.delta));
  changed();
}

function revealAll() {
  for (const { place } of [...figure.texts, ...table.texts]) revealed.add(place[0]);
  revealed.add(undefined); // the messages
  changed();
}

document.addEventListener("click", (event) => reveal(event.target.closest("[data-gradient], [data-delta]")));
byId("values").addEventListener("toggle", changed);
byId("predict").addEventListener("click", predict);
byId("reveal").addEventListener("click", revealAll);
byId("widths").addEventListener("click", () => {
  byId("widths").ariaPressed = String(byId("widths").ariaPressed !== "true");
  changed();
});

const KEYS = { p: predict, r: revealAll, d: theme, w: () => byId("widths").click() };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
  if (event.key === "Enter" || event.key === " ") return reveal(event.target);
  KEYS[event.key.toLowerCase()]?.();
});

new ResizeObserver(() => {
  figure.fit();
  plot.resize();
  lossPlot.resize();
  curve = undefined;
  drawDescent();
  show();
}).observe(stage);

for (const [i, one] of inputs) {
  all[i] = one.data;
  byId("against").add(new Option(one.name, i));
}
choose(current);
compute();
figure.fit();
drawDescent();
show();
