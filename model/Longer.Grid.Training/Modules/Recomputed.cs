using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary>A part of a pass that keeps its input alone: the backward pass computes the rest again (Chen et al. 2016, arXiv 1604.06174).</summary>
/// <remarks>
/// The part is computed by the same operations on the same numbers both times, so gradients are those of a pass that keeps everything. Parameters
/// that the part reads get theirs from the inner backward pass. What a scope holds lives until its end, so each pass over a part has a
/// scope of its own.
/// </remarks>
internal sealed class Recomputed : autograd.SingleTensorFunction<Recomputed>
{
    private const string PartKey = "part";

    /// <inheritdoc/>
    public override string Name => nameof(Recomputed);

    /// <summary>Computes a part.</summary>
    /// <param name="part">From one tensor to one; it may read parameters, and nothing else that has a gradient.</param>
    /// <param name="input">Its input.</param>
    public static Tensor Of(Func<Tensor, Tensor> part, Tensor input) => is_grad_enabled() ? apply(part, input) : part(input);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (part, input) = ((Func<Tensor, Tensor>)vars[0], (Tensor)vars[1]);
        ctx.save_data(PartKey, part);
        ctx.save_for_backward([input]);
        using var untracked = no_grad();
        using var scope = NewDisposeScope();
        return part(input).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var part = (Func<Tensor, Tensor>)ctx.get_data(PartKey);
        using var scope = NewDisposeScope();
        using var tracked = enable_grad();
        var input = ctx.get_saved_variables()[0].detach().requires_grad_();
        part(input).backward([grad_output]);
        return [null!, input.grad!.MoveToOuterDisposeScope()]; // One for each argument of forward; a part has none.
    }
}
