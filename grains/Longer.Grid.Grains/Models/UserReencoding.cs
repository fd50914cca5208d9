using Longer.Grid.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Grains;

/// <summary>Has states computed anew by the model that is to serve their users, user by user, those used last first.</summary>
internal partial class UserReencoding(
    ActiveUsers users, IGrainFactory grains, ServingOptions options, IHostApplicationLifetime host, TimeProvider time, ILogger<UserReencoding> log)
{
    /// <summary>A user who could not be encoded anew, or moved just then, is looked at once more; after that it is a cold one.</summary>
    private const int Rounds = 2;

    private volatile ReencodingProgress? _progress;

    /// <summary>How far it is; <see langword="null"/> while it does not run.</summary>
    public ReencodingProgress? Progress => _progress;

    /// <summary>Ends when no such user is left, or when it is overtaken by another change of who is to serve whom.</summary>
    /// <param name="from">The version that has computed their states.</param>
    /// <param name="isStray">Whether a user has such a state.</param>
    /// <param name="overtaken">Ends it.</param>
    public virtual async Task RunAsync(string from, Func<UserKv, string, bool> isStray, CancellationToken overtaken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(overtaken, host.ApplicationStopping);
        var started = time.GetTimestamp();
        var done = 0;
        ReencodingProgress? told = null;
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                var left = Strays(isStray);
                var of = done + left.Count;
                _progress = told = new(from, done, of);
                foreach (var user in left)
                {
                    end.Token.ThrowIfCancellationRequested();
                    var began = time.GetTimestamp();
                    await ReencodeAsync(user, end.Token);
                    end.Token.ThrowIfCancellationRequested();
                    _progress = told = new(from, ++done, of);

                    // So that the share holds over any time longer than a prefill's.
                    await Task.Delay(time.GetElapsedTime(began) * ((1 / options.ReencodingShare) - 1), time, end.Token);
                }
            }

            var took = time.GetElapsedTime(started);
            LogDone(done, from, took);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Somebody else is to serve them by now, or the silo ends.
        }
        finally
        {
            // What overtook it tells its own.
            Interlocked.CompareExchange(ref _progress, null, told);
        }
    }

    private List<string> Strays(Func<UserKv, string, bool> isStray) =>
    [
        .. users.All
            .Select(user => (Id: user.GrainId.Key.ToString()!, Kv: (user.GrainInstance as UserGrain)?.Kv))
            .Where(user => user.Kv is { IsResident: true } kv && isStray(kv, user.Id))
            .OrderByDescending(user => user.Kv!.LastUse)
            .Select(user => user.Id),
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
