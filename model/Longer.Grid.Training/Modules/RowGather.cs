using System.Numerics.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Longer.Grid.Training;

/// <summary>Rows of a matrix by number, and back: the gradient of a row is the sum over its readers, added in their order.</summary>
/// <remarks>libtorch's index_select adds gradients row by row through its general machinery, many times slower on a CPU.</remarks>
internal sealed class RowGather : autograd.SingleTensorFunction<RowGather>
{
    private const string IndicesKey = "indices";
    private const string RowsKey = "rows";

    /// <inheritdoc/>
    public override string Name => nameof(RowGather);

    /// <summary>Reads rows.</summary>
    /// <param name="rows">Shape <c>[rows, width]</c>, contiguous.</param>
    /// <param name="indices">Each below the number of rows.</param>
    /// <returns>Shape <c>[indices, width]</c>.</returns>
    public static Tensor Of(Tensor rows, int[] indices) => is_grad_enabled() ? apply(rows, indices) : Read(rows, indices);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (rows, indices) = ((Tensor)vars[0], (int[])vars[1]);
        ctx.save_data(IndicesKey, indices);
        ctx.save_data(RowsKey, rows.shape[0]);
        return Read(rows, indices);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var indices = (int[])ctx.get_data(IndicesKey);
        var width = (int)grad_output.shape[1];
        using var contiguous = grad_output.contiguous();
        var result = zeros((long)ctx.get_data(RowsKey), width);
        var from = contiguous.Floats();
        var to = result.Floats();
        for (var i = 0; i < indices.Length; i++)
        {
            var sum = to.Slice(indices[i] * width, width);
            TensorPrimitives.Add(sum, from.Slice(i * width, width), sum);
        }

        return [result, null!];
    }

    private static Tensor Read(Tensor rows, int[] indices)
    {
        var width = (int)rows.shape[1];
        var result = empty(indices.Length, width);
        var from = rows.Floats();
        var to = result.Floats();
        for (var i = 0; i < indices.Length; i++)
        {
            from.Slice(indices[i] * width, width).CopyTo(to.Slice(i * width, width));
        }

        return result;
    }
}
