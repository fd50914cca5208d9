namespace Longer.Grid.Silo;

/// <summary>Does again what happened, in time order: a few callers at once, each user's steps one after another.</summary>
/// <param name="client">Speaks to the grid.</param>
/// <param name="tasks">Names of the tasks, as the labels' columns.</param>
/// <param name="meter">Told what came of each step.</param>
/// <param name="time">Measures latencies.</param>
internal sealed class Replayer(TrafficClient client, IReadOnlyList<string> tasks, TrafficMeter meter, TimeProvider time)
{
    /// <summary>Requests under way at once.</summary>
    public const int Callers = 4;

    /// <summary>Replays all steps.</summary>
    /// <exception cref="CommandException">The grid refused a step, or a score saw other events than those strictly before its time.</exception>
    public async Task RunAsync(IReadOnlyList<ReplayStep> steps, IProgressBar bar, CancellationToken stop)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var callers = new SemaphoreSlim(Callers);
        var lastOf = new Dictionary<string, Task>(StringComparer.Ordinal);
        var done = 0;
        try
        {
            foreach (var step in steps)
            {
                // Steps start in time order, so the one that this waits for has a caller already, and nobody waits for ever.
                await callers.WaitAsync(failed.Token);
                lastOf[step.UserId] = StepAsync(step, lastOf.GetValueOrDefault(step.UserId, Task.CompletedTask));
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // A step failed; which one is found below.
        }
        finally
        {
            await Task.WhenAll(lastOf.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        stop.ThrowIfCancellationRequested();
        await (lastOf.Values.FirstOrDefault(task => task.IsFaulted) ?? Task.CompletedTask);

        async Task StepAsync(ReplayStep step, Task before)
        {
            try
            {
                await before;
                failed.Token.ThrowIfCancellationRequested();
                await DoAsync(step, failed.Token);
                bar.Report(Interlocked.Increment(ref done) / (double)steps.Count, meter.Line());
            }
            catch
            {
                await failed.CancelAsync();
                throw;
            }
            finally
            {
                callers.Release();
            }
        }
    }

    private async Task DoAsync(ReplayStep step, CancellationToken stop)
    {
        if (step is AppendStep append)
        {
            meter.Appended(await client.AppendAsync(append, stop));
            return;
        }

        var (score, began) = ((ScoreStep)step, time.GetTimestamp());
        var answer = await client.ScoreAsync(score, stop);
        var latency = time.GetElapsedTime(began);
        if (answer.UserEvents != score.Request.HistoryEvents)
        {
            throw new CommandException(
                $"request {score.Request.Id}: the scores know {answer.UserEvents} events of user {score.UserId}, and {score.Request.HistoryEvents} were before it");
        }

        meter.Scored(score.Request, answer, latency);

        // Before the user's next events, though in life it is known only after some: so it stands with just those that the score knew.
        meter.Kept(await client.AddOutcomeAsync(score, tasks, stop));
    }
}
