using Spectre.Console;

namespace Longer.Grid.Silo;

/// <summary>What a command says: text and progress to standard output, errors to standard error.</summary>
/// <remarks>Control characters go only to a terminal that a person looks at; pipes and build logs get plain lines.</remarks>
internal sealed class Terminal
{
    private readonly TextWriter _out;
    private readonly TextWriter _error;
    private readonly IAnsiConsole? _live;

    /// <summary>Speaks on the process's own streams, or in a test on any.</summary>
    public Terminal(TextWriter @out, TextWriter error)
    {
        _out = @out;
        _error = error;
        if (!Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities is { Ansi: true, Interactive: true })
        {
            _live = AnsiConsole.Console;
        }
    }

    /// <summary>Whether the caller asked for logs and traces.</summary>
    public bool Verbose { get; set; }

    /// <summary>Writes a line as it is.</summary>
    public void Line(string text = "") => _out.WriteLine(text);

    /// <summary>Writes one line on standard error; with <see cref="Verbose"/>, the whole error after it.</summary>
    public void Fail(string message, Exception? error = null)
    {
        _error.WriteLine($"longer-grid: {message}");
        if (Verbose && error is not null)
        {
            _error.WriteLine(error);
        }
    }

    /// <summary>Shows a piece of work with a bar until it is done or fails.</summary>
    /// <param name="title">What is being done, two or three words.</param>
    /// <param name="work">Reports on the bar that it is given, from any thread.</param>
    public async Task<T> WithProgressAsync<T>(string title, Func<IProgressBar, Task<T>> work)
    {
        if (_live is null)
        {
            var lines = new ProgressLines(_out, title, TimeProvider.System);
            var answer = await work(lines);
            lines.Finish();
            return answer;
        }

        var figures = new DetailColumn();
        return await _live.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), figures)
            .StartAsync(async context =>
            {
                var bar = new LiveProgressBar(context.AddTask(Markup.Escape(title), maxValue: 1), figures);
                var answer = await work(bar);
                bar.Finish();
                return answer;
            });
    }
}
