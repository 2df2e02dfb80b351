/* Gradient descent on the inputs that are varied. */

const lossPlot = new Plot(byId("loss"));
const moving = [...inputs.values()].filter((one) => one.varied);
const CLIP = 5;
let losses = [];

function showDescent() {
  const rate = number(10 ** byId("rate").value);
  byId("rate-told").textContent = rate;
  byId("rate").setAttribute("aria-valuetext", rate);
  if (!losses.length) drawDescent(true);
  const steps = losses.length - 1;
  byId("descent-told").textContent = steps < 1
    ? `Each step moves ${named(moving)} against the gradient.`
    : `After ${steps} step${steps > 1 ? "s" : ""}: ${told.names[output]} = ${number(all[output])}.`
      + (Number.isFinite(all[output]) ? "" : " A smaller α may help, or Clip; Reset goes back.");
}

function named(some) {
  if (!some.length) return "nothing";
  return some.length > 8 ? `${some.length} numbers` : some.map((one) => one.name).join(", ");
}

/* Before the first step the point of now, on axes that stay, if asked, while they hold it. */
function drawDescent(stay = false) {
  const known = losses.length ? losses : [all[output]];
  const held = stay && known[0] > lossPlot.y[0] && known[0] < lossPlot.y[1];
  if (!held) lossPlot.frame([0, Math.max(10, known.length - 1)], spread(known, known));
  lossPlot.line("drawn", known.map((y, x) => [x, y]));
  lossPlot.point(known.length - 1, known.at(-1));
  lossPlot.say(known.some(Number.isFinite) ? "" : `${told.names[output]} is no finite number here`);
}

function descend(count) {
  const rate = 10 ** byId("rate").value;
  if (!losses.length) losses = [all[output]];
  for (let k = 0; k < count; k++) {
    for (const { number: i } of moving) all[i] -= rate * clipped(slope(i));
    compute();
    losses.push(all[output]);
  }
  for (const one of moving) widen(one);
  revealed.clear();
  drawDescent();
  changed();
}

/* A gradient, kept between −5 and 5 if asked. */
function clipped(slope) {
  return byId("clip").ariaPressed === "true" ? Math.max(-CLIP, Math.min(CLIP, slope)) : slope;
}

function reset() {
  for (const [i, one] of inputs) all[i] = one.data;
  startAnew();
}

byId("rate").addEventListener("input", showDescent);
byId("step").addEventListener("click", () => descend(1));
byId("steps").addEventListener("click", () => descend(10));
byId("clip").addEventListener("click", () => {
  byId("clip").ariaPressed = String(byId("clip").ariaPressed !== "true");
});
byId("reset").addEventListener("click", reset);
