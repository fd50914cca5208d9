namespace Longer.Grid.Model;

/// <summary>A token that is cancelled by the caller or by the deadline, whichever comes first.</summary>
internal sealed class DeadlineToken : IDisposable
{
    private readonly CancellationTokenSource? _deadline;
    private readonly CancellationTokenSource? _either;

    public DeadlineToken(TimeProvider time, Deadline deadline, CancellationToken cancellationToken)
    {
        Token = cancellationToken;
        if (deadline.Remaining(time) is { } left)
        {
            _deadline = new CancellationTokenSource(left, time);
            _either = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, cancellationToken);
            Token = _either.Token;
        }
    }

    public CancellationToken Token { get; }

    public void Dispose()
    {
        _either?.Dispose();
        _deadline?.Dispose();
    }
}
