using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary>Anything that libtorch can fit to requests: LONGER itself, and what it is compared with.</summary>
public interface IRankingModel : IDisposable
{
    /// <summary>Trainable tensors by name.</summary>
    IReadOnlyDictionary<string, Parameter> Parameters { get; }

    /// <summary>Logits of a chunk's candidates, shape <c>[candidates, tasks]</c>, in the requests' order.</summary>
    Tensor Forward(Chunk chunk);
}
