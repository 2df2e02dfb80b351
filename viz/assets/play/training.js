/* Training: gradient descent on the mean of the examples' losses, by the graph's own arithmetic. */

/* Numbers from 0 to 1 that are the same in every run. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/* Numbers of a normal distribution. */
const normal = (next) => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

class Training {
  /* `told` names the numbers of inputs, target, loss and parameters. */
  constructor(told, graph) {
    this.told = told;
    this.graph = graph;
    this.all = graph.numbers();
    this.parameters = told.parameters;
    this.sums = new Float64Array(this.parameters.length);
    this.reset();
  }

  reset() {
    for (const { number: i, data } of this.parameters) this.all[i] = data;
    this.steps = 0;
    this.next = random(1);
    this.order = [];
  }

  set([x1, x2], target) {
    const [first, second] = this.told.inputs;
    if (first !== null) this.all[first] = x1;
    if (second !== null) this.all[second] = x2;
    if (this.told.target !== null) this.all[this.told.target] = target;
  }

  /* The mean loss of some points; its gradient is then in `sums`. */
  measure(points, decay = 0) {
    let loss = 0;
    this.sums.fill(0);
    for (const point of points) {
      this.set(point.at, point.target);
      this.graph.forward(this.all);
      loss += this.all[this.told.loss] / points.length;
      const { gradients } = this.graph.backward(this.all);
      this.parameters.forEach(({ number: i }, k) => {
        this.sums[k] += (gradients[i] ?? 0) / points.length;
      });
    }
    this.parameters.forEach(({ number: i, decays }, k) => {
      if (decays) this.sums[k] += 2 * decay * this.all[i];
    });
    return loss;
  }

  /* One step on the next points, in an order that is drawn anew when all have been used. */
  step(points, { rate, batch, decay }) {
    const loss = this.measure(this.batch(points, batch), decay);
    this.parameters.forEach(({ number: i }, k) => {
      this.all[i] -= rate * this.sums[k];
    });
    this.steps++;
    return loss;
  }

  batch(points, size) {
    if (size >= points.length) return points;
    if (this.order.length < size) this.order = this.shuffled(points.length);
    return this.order.splice(0, size).map((i) => points[i]);
  }

  shuffled(count) {
    const found = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const k = Math.floor(this.next() * (i + 1));
      [found[i], found[k]] = [found[k], found[i]];
    }
    return found;
  }

  /* The length of the gradient by the parameters of each layer. */
  lengths() {
    const found = new Array(this.told.layers).fill(0);
    this.parameters.forEach(({ layer }, k) => (found[layer] += this.sums[k] ** 2));
    return found.map(Math.sqrt);
  }

  state() {
    return Object.fromEntries(this.parameters.map(({ number: i, name }) => [name, this.all[i]]));
  }
}
