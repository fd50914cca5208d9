using Longer.Grid.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Grains;

/// <summary>Has the states that one model has computed computed by another, user by user, those used last first.</summary>
internal partial class UserReencoding(
    ActiveUsers users, IGrainFactory grains, ServingOptions options, IHostApplicationLifetime host, TimeProvider time, ILogger<UserReencoding> log)
{
    /// <summary>A user who could not be encoded anew, or moved just then, is looked at once more; after that it is a cold one.</summary>
    private const int Rounds = 2;

    private volatile ReencodingProgress? _progress;

    /// <summary>How far it is; <see langword="null"/> while no version leaves.</summary>
    public ReencodingProgress? Progress => _progress;

    /// <summary>Ends when nobody is left whose state the engine has computed, or when it is taken back.</summary>
    public virtual async Task RunAsync(LongerEngine from, CancellationToken takenBack)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(takenBack, host.ApplicationStopping);
        var started = time.GetTimestamp();
        var done = 0;
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                var left = StatesOf(from);
                var of = done + left.Count;
                _progress = new(from.Version, done, of);
                foreach (var user in left)
                {
                    end.Token.ThrowIfCancellationRequested();
                    var began = time.GetTimestamp();
                    await ReencodeAsync(user, end.Token);
                    _progress = new(from.Version, ++done, of);

                    // So that the share holds over any time longer than a prefill's.
                    await Task.Delay(time.GetElapsedTime(began) * ((1 / options.ReencodingShare) - 1), time, end.Token);
                }
            }

            var took = time.GetElapsedTime(started);
            LogDone(done, from.Version, took);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The version serves again, or the silo ends.
        }
        finally
        {
            // Where the version was taken back, the other one leaves by now.
            if (_progress?.Version == from.Version)
            {
                _progress = null;
            }
        }
    }

    private List<string> StatesOf(LongerEngine engine) =>
    [
        .. users.All
            .Select(user => (user.GrainId, Kv: (user.GrainInstance as UserGrain)?.Kv))
            .Where(user => user.Kv?.IsOf(engine) == true)
            .OrderByDescending(user => user.Kv!.LastUse)
            .Select(user => user.GrainId.Key.ToString()!),
    ];

    private async Task ReencodeAsync(string userId, CancellationToken end)
    {
        try
        {
            await grains.GetGrain<IUserReencoding>(userId).ReencodeAsync(end);
        }
#pragma warning disable CA1031 // Whatever it was, the user is cold then, and scored all the same.
        catch (Exception e) when (!end.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogNotReencoded(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Users} users of model {Version} were encoded anew in {Took}")]
    private partial void LogDone(int users, string version, TimeSpan took);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A user could not be encoded anew; its next score computes its state")]
    private partial void LogNotReencoded(Exception e);
}
