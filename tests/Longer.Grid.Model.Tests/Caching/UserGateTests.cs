namespace Longer.Grid.Model.Tests;

public sealed class UserGateTests
{
    private readonly UserGate _gate = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Reads_enter_side_by_side()
    {
        Assert.True(_gate.EnterReadAsync(Token).IsCompletedSuccessfully);
        Assert.True(_gate.EnterReadAsync(Token).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_write_waits_for_every_read()
    {
        await _gate.EnterReadAsync(Token);
        await _gate.EnterReadAsync(Token);
        var write = _gate.EnterWriteAsync(Token);

        _gate.ExitRead();
        Assert.False(write.IsCompleted);

        _gate.ExitRead();
        await write;
    }

    [Fact]
    public async Task A_read_that_comes_after_a_waiting_write_waits_behind_it()
    {
        await _gate.EnterReadAsync(Token);
        var write = _gate.EnterWriteAsync(Token);
        var read = _gate.EnterReadAsync(Token);

        _gate.ExitRead();
        await write;
        Assert.False(read.IsCompleted);

        _gate.ExitWrite();
        await read;
    }

    [Fact]
    public async Task A_write_that_gives_up_lets_those_behind_it_through()
    {
        await _gate.EnterReadAsync(Token);
        using var caller = new CancellationTokenSource();
        var write = _gate.EnterWriteAsync(caller.Token);
        var read = _gate.EnterReadAsync(Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        await read;
    }

    [Fact]
    public async Task Nobody_enters_with_a_token_that_is_cancelled()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _gate.EnterWriteAsync(new CancellationToken(canceled: true)));

        await _gate.EnterWriteAsync(Token);
    }

    [Fact]
    public async Task Under_load_writes_are_alone()
    {
        var (readers, writers, broken, given) = (0, 0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 400; i++)
            {
                using var caller = new CancellationTokenSource();
                var isWrite = random.Next(3) == 0;
                var entering = isWrite ? _gate.EnterWriteAsync(caller.Token) : _gate.EnterReadAsync(caller.Token);
                if (random.Next(4) == 0)
                {
                    await caller.CancelAsync();
                }

                try
                {
                    await entering;
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref given);
                    continue;
                }

                if (isWrite)
                {
                    broken += Interlocked.Increment(ref writers) != 1 || Volatile.Read(ref readers) != 0 ? 1 : 0;
                    await Task.Yield();
                    Interlocked.Decrement(ref writers);
                    _gate.ExitWrite();
                }
                else
                {
                    Interlocked.Increment(ref readers);
                    broken += Volatile.Read(ref writers) != 0 ? 1 : 0;
                    await Task.Yield();
                    Interlocked.Decrement(ref readers);
                    _gate.ExitRead();
                }
            }
        })));

        Assert.Equal(0, broken);
        Assert.True(_gate.EnterWriteAsync(Token).IsCompletedSuccessfully);
    }
}
