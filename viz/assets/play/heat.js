/* Maps of the plane: what a number makes of it, as colours around a middle. */

const COLOURS = { low: [226, 120, 20], high: [20, 104, 178] };

/* The colour of the page between the two, so that maps fit a light and a dark theme. */
function paper() {
  return getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
}

/* The colour of a number beside a middle: paper there, full at `middle` ± `reach`. */
function shade(x, middle, reach, ground) {
  const part = Math.max(-1, Math.min(1, (x - middle) / reach || 0));
  const full = part < 0 ? COLOURS.low : COLOURS.high;
  const strength = 0.85 * Math.sqrt(Math.abs(part));
  return ground.map((from, k) => from + strength * (full[k] - from));
}

function pixels(grid, size, middle, reach) {
  const image = new ImageData(size, size), ground = paper();
  grid.forEach((x, i) => {
    image.data.set(shade(x, middle, reach, ground), 4 * i);
    image.data[4 * i + 3] = 255;
  });
  return image;
}

function paint(canvas, grid, size, middle, reach) {
  if (canvas.width !== size) [canvas.width, canvas.height] = [size, size];
  canvas.getContext("2d").putImageData(pixels(grid, size, middle, reach), 0, 0);
}

const colour = (x, middle = 0) => `rgb(${(x < middle ? COLOURS.low : COLOURS.high).join()})`;
