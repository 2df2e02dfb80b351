/* The state of a playground: the training, its data, and one frame after the other. */

const told = JSON.parse(byId("data").textContent);
const own = Object.keys(GRAPHS)[0];
const training = new Training(told, GRAPHS[own]);
const figures = [...document.querySelectorAll(".stage")].map((one) => new Figure(one, told.saturated));
const targets = told.points.map(([, , target]) => target);
const reach = Math.max(...targets.map((target) => Math.abs(target - told.middle))) || 1;
const drawn = random(7);
const points = told.points.map(([x1, x2, target]) => ({
  at: [x1, x2], base: [x1, x2], target, shift: [normal(drawn), normal(drawn)],
}));
const { all } = training;
let record = [];
let stride = 1;
let chosen = 0;
let neuron = 0;
let playing = false;

/* The state of the training, after a step or when the data have changed. */

function note(loss) {
  record.push({ step: training.steps, loss, lengths: training.lengths() });
  if (record.length <= 600) return;
  stride *= 2;
  record = record.filter(({ step }) => step % stride === 0);
}

const settings = () => ({
  rate: 10 ** byId("rate").value,
  decay: Number(byId("decay").value),
  batch: Number(byId("batch").value),
});

function advance() {
  const loss = training.step(points, settings());
  if (training.steps % stride === 0) note(loss);
}

/* The loss of all points, and its gradient, where they stand. */
function measured() {
  const loss = training.measure(points, settings().decay);
  if (record.at(-1)?.step === training.steps) record.pop();
  note(loss);
  changed();
}

function writeTold() {
  const parts = [`step ${training.steps}`, `loss ${number(record.at(-1).loss)}`];
  if (new Set(targets).size === 2) parts.push(`${rightSide()} % on the right side`);
  if (!Number.isFinite(record.at(-1).loss)) parts.push("a smaller α may help; Reset goes back");
  byId("told").textContent = parts.join(" · ");
}

function rightSide() {
  const right = points.filter(({ at, target }) => {
    training.set(at, target);
    training.graph.forward(all);
    return all[told.output] < told.threshold === target < told.middle;
  });
  return number(Math.round((1000 * right.length) / points.length) / 10);
}

function show() {
  drawMaps();
  drawWires();
  drawCurves();
  writeTold();
  drawNeuron();
  if (byId("weights").open) byId("state").value = written(training.state());
}

function written(state) {
  const finite = Object.values(state).every(Number.isFinite);
  return finite ? JSON.stringify(state, null, 1) : "Some weights are no finite numbers: Reset goes back.";
}

let due = 0;
function changed() {
  due ||= requestAnimationFrame(() => {
    due = 0;
    if (playing) run();
    show();
    if (playing) changed();
  });
}

/* As many steps as fit into 10 ms, at most four. */
function run() {
  const start = performance.now();
  for (let k = 0; k < 4 && performance.now() - start < 10; k++) {
    advance();
    if (!Number.isFinite(all[told.loss])) return pause();
  }
}

function pause() {
  playing = false;
  byId("play").textContent = "Play";
}

function toggle() {
  playing = !playing;
  byId("play").textContent = playing ? "Pause" : "Play";
  changed();
}

function reset() {
  pause();
  training.reset();
  [record, stride] = [[], 1];
  measured();
}

function step() {
  pause();
  advance();
  if (record.at(-1).step !== training.steps) note(training.measure(points));
  changed();
}
