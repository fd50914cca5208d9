using TorchSharp;
using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary>Sums of tensors that the garbage collector cannot break.</summary>
/// <remarks>
/// TorchSharp's operators hand libtorch a number by the handle of an object that nobody holds during the call: a collection at that moment
/// frees the number while it is read ("Expected false to be true"). The numbers here are never freed.
/// </remarks>
internal static class TensorSum
{
    private static readonly Scalar One = Loaded(1);
    private static readonly Scalar MinusOne = Loaded(-1);

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a - b.</summary>
    public static Tensor Minus(this Tensor a, Tensor b) => a.add(b, MinusOne);

    private static Scalar Loaded(float number)
    {
        TorchRuntime.EnsureLoaded();
        return number.ToScalar();
    }
}
