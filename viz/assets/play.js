/* The playground. Before this: GRAPHS (the network, by its activation), and the scripts it stands on. */

const told = JSON.parse(byId("data").textContent);
const own = Object.keys(GRAPHS)[0];
const training = new Training(told, GRAPHS[own]);
const figures = [...document.querySelectorAll(".stage")].map((one) => new Figure(one, told.saturated));
const targets = told.points.map(([, , target]) => target);
const reach = Math.max(...targets.map((target) => Math.abs(target - told.middle))) || 1;
const drawn = random(7);
const points = told.points.map(([x1, x2, target]) => ({
  at: [x1, x2], base: [x1, x2], shift: [normal(drawn), normal(drawn)], target,
}));
const { all } = training;
let history = [];
let stride = 1;
let chosen = 0;
let neuron = 0;
let playing = false;

/* The plane: a square around all points. */

const plane = (() => {
  const sides = [0, 1].map((k) => {
    const some = points.map(({ base }) => base[k]);
    return [Math.min(...some), Math.max(...some)];
  });
  const half = 0.62 * Math.max(...sides.map(([low, high]) => high - low)) || 1;
  return sides.map(([low, high]) => [(low + high) / 2 - half, (low + high) / 2 + half]);
})();
const across = (x) => (100 * (x - plane[0][0])) / (plane[0][1] - plane[0][0]);
const down = (y) => (100 * (plane[1][1] - y)) / (plane[1][1] - plane[1][0]);

const GRID = 36;
const cells = Array.from({ length: GRID * GRID }, (_, i) => [
  plane[0][0] + (((i % GRID) + 0.5) / GRID) * (plane[0][1] - plane[0][0]),
  plane[1][1] - ((Math.floor(i / GRID) + 0.5) / GRID) * (plane[1][1] - plane[1][0]),
]);
const maps = told.neurons.map(() => new Float64Array(GRID * GRID));
const outputMap = new Float64Array(GRID * GRID);

function drawMaps() {
  cells.forEach((at, i) => {
    training.set(at, points[chosen].target);
    training.graph.forward(all);
    outputMap[i] = all[told.output];
    told.neurons.forEach(({ output }, k) => (maps[k][i] = all[output]));
  });
  const most = (grid, middle) => grid.reduce((a, b) => Math.max(a, Math.min(Math.abs(b - middle), 1e300)), 1e-9);
  const far = Math.max(reach, most(outputMap, told.threshold) / 2);
  paint(byId("ground"), outputMap, GRID, told.threshold, far);
  told.neurons.forEach(({ output }, k) => {
    const last = output === told.output;
    paint(tiles[k].canvas, maps[k], GRID, last ? told.threshold : 0, last ? far : most(maps[k], 0));
  });
}

/* Points: each can be dragged, and moved by keys. */

const circles = points.map(({ target }, i) => {
  const circle = byId("points").appendChild(document.createElementNS(SVG, "circle"));
  const side = target < told.middle ? "low" : "high";
  attributed(circle, { r: 1.9, class: side, role: "button", tabindex: -1 });
  circle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    choose(i);
    circle.setPointerCapture(event.pointerId);
    circle.focus();
  });
  circle.addEventListener("pointermove", (event) => {
    if (!(event.buttons & 1)) return;
    const box = byId("plane").getBoundingClientRect();
    const part = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
    moveTo(i, plane.map(([low, high], k) => low + part[k] * (high - low)));
  });
  circle.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const pace = (plane[0][1] - plane[0][0]) / (event.shiftKey ? 20 : 100);
    const other = { ",": -1, ".": 1 }[event.key];
    if (!way && !other) return;
    event.preventDefault();
    if (way) return moveTo(i, points[i].at.map((x, k) => x + pace * way[k]));
    choose((i + other + points.length) % points.length);
    circles[chosen].focus();
  });
  return circle;
});

function moveTo(i, at) {
  const point = points[i], noise = Number(byId("noise").value);
  point.base = at.map((x, k) => {
    const [low, high] = plane[k];
    return Math.min(high, Math.max(low, x)) - noise * point.shift[k];
  });
  place();
  measured();
}

function place() {
  const noise = Number(byId("noise").value);
  points.forEach((point, i) => {
    point.at = point.base.map((x, k) => x + noise * point.shift[k]);
    attributed(circles[i], { cx: across(point.at[0]).toFixed(2), cy: down(point.at[1]).toFixed(2) });
  });
  byId("noise-told").textContent = number(noise);
}

function choose(i) {
  circles[chosen].classList.remove("chosen");
  circles[chosen].tabIndex = -1;
  chosen = i;
  circles[chosen].classList.add("chosen");
  circles[chosen].tabIndex = 0;
  if (circles[chosen].nextSibling) byId("points").append(circles[chosen]); // above the others
  changed();
}

/* The network: a tile for each neuron, wires between them. */

const columns = [told.inputs.map((value, k) => ({ name: `x${k + 1}`, value })),
  ...Array.from({ length: told.layers }, (_, layer) =>
    told.neurons.map((one, k) => ({ ...one, k, value: one.output })).filter((one) => one.layer === layer))];
const spots = new Map();
columns.forEach((column, c) => column.forEach((one, r) => {
  spots.set(one.value, [(100 * (c + 0.5)) / columns.length, (100 * (r + 0.5)) / column.length]);
}));
byId("net").style.setProperty("--rows", Math.max(...columns.map((column) => column.length)));

function tile(one, kind) {
  const element = byId("net").appendChild(document.createElement(kind));
  element.className = "tile";
  const [x, y] = spots.get(one.value);
  element.style.left = `${x}%`;
  element.style.top = `${y}%`;
  const canvas = element.appendChild(document.createElement("canvas"));
  return { element, canvas };
}

for (const [k, one] of columns[0].entries()) {
  const { element, canvas } = tile(one, "div");
  element.appendChild(document.createElement("span")).textContent = one.name;
  const grid = cells.map((at) => at[k]);
  const [low, high] = plane[k];
  one.paint = () => paint(canvas, grid, GRID, (low + high) / 2, (high - low) / 2);
}
const tiles = told.neurons.map((one, k) => {
  const made = tile({ ...one, value: one.output }, "button");
  attributed(made.element, { type: "button", "aria-label": one.name, title: one.name });
  made.element.addEventListener("click", () => pick(k));
  return made;
});
const wires = told.connections.map(({ weight, source, target }) => {
  const line = byId("lines").appendChild(document.createElementNS(SVG, "path"));
  const [x0, y0] = spots.get(source), [x1, y1] = spots.get(told.neurons[target].output);
  const middle = (x0 + x1) / 2;
  attributed(line, { d: `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}` });
  const place = told.parameters.findIndex((one) => one.number === weight);
  return { line, weight, place };
});

function drawWires() {
  const gradients = byId("wires").value === "gradient";
  const sizes = wires.map(({ weight, place }) => (gradients ? training.sums[place] : all[weight]));
  const most = Math.max(...sizes.map(Math.abs).filter(Number.isFinite), 1e-12);
  wires.forEach(({ line }, i) => {
    const part = Math.abs(sizes[i]) / most;
    line.style.stroke = colour(sizes[i]);
    line.style.strokeWidth = (0.4 + 5 * (part <= 1 ? part : 1)).toFixed(2);
    line.style.opacity = (0.25 + 0.75 * Math.sqrt(part <= 1 ? part : 1)).toFixed(2);
  });
}

function pick(k) {
  tiles[neuron].element.ariaPressed = "false";
  neuron = k;
  tiles[neuron].element.ariaPressed = "true";
  figures.forEach((figure, i) => (figure.element.hidden = i !== told.neurons[k].figure));
  const figure = figures[told.neurons[k].figure];
  figure.use(told.neurons[k].numbers);
  figure.fit(0.93, 1);
  changed();
}

/* The neuron's figure at the chosen point: ∂ is of that point's loss. */

function drawNeuron() {
  const { at, target } = points[chosen];
  training.set(at, target);
  training.graph.forward(all);
  const passed = training.graph.backward(all);
  const one = told.neurons[neuron];
  figures[one.figure].write(all, passed);
  const [x1, x2] = at.map(number);
  byId("neuron-title").textContent = `${one.name} at the chosen point: a = ${number(all[one.output])}, δ = ${number(passed.gradients[one.weighted] ?? 0)}`;
  byId("plane-told").textContent =
    `Chosen: x1 = ${x1}, x2 = ${x2}, target ${number(target)}, output ${number(all[told.output])}.`;
  circles[chosen].setAttribute("aria-label", `Example ${chosen + 1}: x1 ${x1}, x2 ${x2}, target ${number(target)}`);
}

/* Curves. */

const lossPlot = new Plot(byId("loss"));
const lengthPlot = new Plot(byId("lengths"), (power) => number(10 ** power));

function drawCurves() {
  const last = Math.max(10, history.at(-1).step);
  const losses = history.map(({ loss }) => loss);
  lossPlot.frame([0, last], spread(losses, [0, ...losses]));
  lossPlot.line("drawn", history.map(({ step, loss }) => [step, loss]));
  lossPlot.point(history.at(-1).step, losses.at(-1));
  const powers = history.map(({ lengths }) => lengths.map((x) => Math.log10(x)));
  lengthPlot.frame([0, last], spread(powers.flat(), powers.at(-1)));
  powers[0].forEach((_, k) => lengthPlot.line(`layer${k}`, powers.map((some, i) => [history[i].step, some[k]])));
}

/* The state of the training, after a step or when the data have changed. */

function note(loss) {
  history.push({ step: training.steps, loss, lengths: training.lengths() });
  if (history.length <= 600) return;
  stride *= 2;
  history = history.filter(({ step }) => step % stride === 0);
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
  if (history.at(-1)?.step === training.steps) history.pop();
  note(loss);
  changed();
}

function writeTold() {
  const right = points.filter(({ at, target }) => {
    training.set(at, target);
    training.graph.forward(all);
    return all[told.output] < told.threshold === target < told.middle;
  }).length;
  const share = number(Math.round((1000 * right) / points.length) / 10);
  byId("told").textContent =
    `step ${training.steps} · loss ${number(history.at(-1).loss)} · ${share} % on the right side`;
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

/* As many steps as fit into half a frame, at most four. */
function run() {
  const start = performance.now();
  for (let k = 0; k < 4 && performance.now() - start < 8; k++) {
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
  [history, stride] = [[], 1];
  measured();
}

function step() {
  pause();
  advance();
  if (history.at(-1).step !== training.steps) note(training.measure(points));
  changed();
}

/* Hands */

for (const size of [1, 10, 32].filter((one) => one < points.length)) byId("batch").add(new Option(size, size));
byId("batch").add(new Option(`all ${points.length}`, points.length, true, true));
byId("activation-label").hidden = !byId("activation").options.length;
byId("play").addEventListener("click", toggle);
byId("step").addEventListener("click", step);
byId("reset").addEventListener("click", reset);
byId("wires").addEventListener("change", changed);
byId("decay").addEventListener("change", measured);
byId("weights").addEventListener("toggle", changed);
byId("state").addEventListener("focus", () => byId("state").select());
byId("activation").addEventListener("change", () => {
  training.graph = GRAPHS[byId("activation").value];
  measured();
});
byId("noise").addEventListener("input", () => {
  place();
  measured();
});

function writeRate() {
  byId("rate-told").textContent = number(10 ** byId("rate").value);
  byId("rate").setAttribute("aria-valuetext", byId("rate-told").textContent);
}
byId("rate").addEventListener("input", writeRate);

const KEYS = { " ": toggle, s: step, r: reset, d: theme };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  if (event.key === " " && event.target.matches("button, summary")) return;
  const action = KEYS[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
});

function repaint() {
  columns[0].forEach((one) => one.paint());
  changed();
}
byId("theme").addEventListener("click", repaint);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
new ResizeObserver(() => {
  lossPlot.resize();
  lengthPlot.resize();
  figures[told.neurons[neuron].figure].fit(0.93, 1);
  changed();
}).observe(byId("loss"));

writeRate();
place();
choose(0);
repaint();
pick(told.neurons.length - 1);
measured();
