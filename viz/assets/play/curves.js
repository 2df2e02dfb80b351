/* Curves: the loss, and the length of the gradient by layer, on a logarithmic axis. */

const lossPlot = new Plot(byId("loss"));
const lengthPlot = new Plot(byId("lengths"), true);

function drawCurves() {
  const last = Math.max(10, record.at(-1).step);
  const losses = record.map(({ loss }) => loss);
  lossPlot.frame([0, last], spread(losses, [0, ...losses]));
  lossPlot.line("drawn", record.map(({ step, loss }) => [step, loss]));
  lossPlot.point(record.at(-1).step, losses.at(-1));
  const powers = record.map(({ lengths }) => lengths.map((x) => Math.log10(x)));
  lengthPlot.frame([0, last], spread(powers.flat(), powers.at(-1)));
  powers[0].forEach((_, k) => lengthPlot.line(`layer${k}`, powers.map((some, i) => [record[i].step, some[k]])));
}
