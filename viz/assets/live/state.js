/* The state of a live page: the numbers of its graph, and what shows them. */

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
