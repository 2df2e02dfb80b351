/* The network: a tile for each neuron, wires between them. */

/* An input that nothing depends on has no number, but a place. */
const columns = [told.inputs.map((value, k) => ({ name: `x${k + 1}`, value: value ?? -1 - k })),
  ...Array.from({ length: told.layers }, (_, layer) =>
    told.neurons.map((one, k) => ({ ...one, k, value: one.output })).filter((one) => one.layer === layer))];
const spots = new Map();
columns.forEach((column, c) => column.forEach((one, r) => {
  spots.set(one.value, [(100 * (c + 0.5)) / columns.length, (100 * (r + 0.5)) / column.length]);
}));
byId("net").style.setProperty("--columns", columns.length);
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
