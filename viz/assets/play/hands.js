/* Hands: buttons, fields and keys; and the beginning. */

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
  tint();
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
