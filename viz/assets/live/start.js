/* The beginning, and whenever the page has another width. */

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
for (const button of ["step", "steps"]) byId(button).disabled = !moving.length;
choose(current);
compute();
figure.fit();
drawDescent();
show();
