using System.Buffers;
using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary><see cref="AttentionKernel"/> as a step of libtorch's automatic differentiation.</summary>
internal sealed unsafe class TiledAttention : autograd.SingleTensorFunction<TiledAttention>
{
    private const string PlanKey = "plan";
    private const string WeightsKey = "weights";

    /// <inheritdoc/>
    public override string Name => nameof(TiledAttention);

    /// <summary>Attends.</summary>
    /// <param name="plan">Who sees whom.</param>
    /// <param name="queries">Shape <c>[queries, width]</c>.</param>
    /// <param name="keysValues">Shape <c>[keys, 2 * width]</c>: a key, then its value.</param>
    /// <param name="position">Shape <c>[64, heads]</c>, or null where the plan has no biases.</param>
    /// <param name="time">Shape <c>[64, heads]</c>, or null with <paramref name="position"/>.</param>
    /// <param name="keeps">Whether attention weights are kept for the backward pass, or computed again there.</param>
    /// <returns>Shape <c>[queries, width]</c>.</returns>
    public static Tensor Attend(AttentionPlan plan, Tensor queries, Tensor keysValues, Tensor? position, Tensor? time, bool keeps = true)
    {
        if (!is_grad_enabled())
        {
            return Run(plan, queries, keysValues, position, time, weights: null);
        }

        return position is null ? apply(plan, keeps, queries, keysValues) : apply(plan, keeps, queries, keysValues, position, time!);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var plan = (AttentionPlan)vars[0];
        var tensors = vars.Skip(2).Cast<Tensor>().ToList();
        var weights = (bool)vars[1] ? ArrayPool<float>.Shared.Rent(checked((int)(plan.Heads * plan.WeightsPerHead))) : [];
        ctx.save_for_backward(tensors);
        ctx.save_data(PlanKey, plan);
        ctx.save_data(WeightsKey, weights);
        return Run(plan, tensors[0], tensors[1], tensors.ElementAtOrDefault(2), tensors.ElementAtOrDefault(3), weights);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var plan = (AttentionPlan)ctx.get_data(PlanKey);
        var weights = (float[])ctx.get_data(WeightsKey);
        var saved = ctx.get_saved_variables();
        var (queries, keysValues) = (saved[0], saved[1]);
        var gradient = grad_output.contiguous();
        var result = saved.Select((tensor, i) => i < 2 ? empty_like(tensor) : zeros_like(tensor)).ToList();
        fixed (float* w = weights) // null where there are none
        {
            AttentionKernel.Backward(
                plan, Data(queries), (int)queries.shape[0], Data(keysValues), (int)keysValues.shape[0], (int)queries.shape[1],
                saved.Count > 2 ? Data(saved[2]) : null, saved.Count > 2 ? Data(saved[3]) : null, w, Data(gradient),
                Data(result[0]), Data(result[1]), result.Count > 2 ? Data(result[2]) : null, result.Count > 2 ? Data(result[3]) : null);
        }

        ArrayPool<float>.Shared.Return(weights);
        return [null!, null!, .. result]; // One for each argument of forward; a plan and a choice have none.
    }

    private static Tensor Run(AttentionPlan plan, Tensor queries, Tensor keysValues, Tensor? position, Tensor? time, float[]? weights)
    {
        var output = empty_like(queries);
        fixed (float* w = weights)
        {
            AttentionKernel.Forward(
                plan, Data(queries), (int)queries.shape[0], Data(keysValues), (int)keysValues.shape[0], (int)queries.shape[1],
                position is null ? null : Data(position), time is null ? null : Data(time), Data(output), w);
        }

        return output;
    }

    private static float* Data(Tensor tensor)
    {
        fixed (float* data = tensor.Floats())
        {
            return data;
        }
    }
}
