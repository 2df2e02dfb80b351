"""Models, their parameters by path, and both in files.

Rooms, in the order to read them:

- `module`: the base of every model, which finds, names and freezes parameters; with `state`, its
  numbers by name
- `paths`: the names, such as `layer1.neuron2.w[0]`, and the walk that finds them
- `summary`: models in words
- `layers`: Neuron, Layer and MLP, which are micrograd's
- `blocks`, `elementwise`, `sequential`: Linear, Embedding, LayerNorm, ReLU and the like, and
  Sequential, which are PyTorch's
- `recurrent`: RNN, LSTM and GRU cells, and their unrolling through time
- `storage`: numbers by name, checked against a model, and in `.npz` and `.json` files
- `structures`: nested lists, tuples and dicts, taken apart and put together
- `programs`: compiled programs of a model, kept as long as it lives

>>> import nn
>>> model = nn.MLP(2, [3, 1], seed=0)
>>> [name for name, _ in model.named_parameters()][:3]
['layer1.neuron1.w[0]', 'layer1.neuron1.w[1]', 'layer1.neuron1.b']
"""
