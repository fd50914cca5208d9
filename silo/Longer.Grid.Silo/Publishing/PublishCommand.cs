using System.CommandLine;

namespace Longer.Grid.Silo;

/// <summary><c>longer-grid publish</c>: uploads a model folder to a running grid.</summary>
internal static class PublishCommand
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>The command, ready to be run.</summary>
    public static Command Create(Terminal terminal)
    {
        var url = new Option<Uri>("--url")
        {
            Description = "Gateway of the grid, such as http://127.0.0.1:5080",
            HelpName = "URL",
            Required = true,
            CustomParser = result =>
            {
                var text = result.Tokens[^1].Value;
                if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
                {
                    return uri;
                }

                result.AddError($"--url {text}: accepted is an http or https address, such as http://127.0.0.1:5080");
                return null;
            },
        };
        var model = new Option<DirectoryInfo>("--model")
        {
            Description = $"Folder with {ModelFolder.Config}, {ModelFolder.Weights} and maybe {ModelFolder.Metrics}",
            HelpName = "DIR",
            Required = true,
        };
        var activate = new Option<bool>("--activate") { Description = "Make it the model that serves, and wait until it is" };

        var command = new Command("publish", "Upload a model to a running grid") { url, model, activate };
        command.SetAction((parsed, stop) => RunAsync(
            terminal, parsed.GetRequiredValue(url), new ModelFolder(parsed.GetRequiredValue(model)), parsed.GetValue(activate), stop));
        return command;
    }

    /// <summary>Uploads a folder and, if asked, waits until it serves.</summary>
    public static async Task<int> RunAsync(Terminal terminal, Uri url, ModelFolder folder, bool activate, CancellationToken stop)
    {
        using var grid = new GridClient(url);
        var (version, created) = await terminal.WithProgressAsync("publish", bar => UploadAsync(grid, folder, bar, stop));
        terminal.Line($"version {version}{(created ? "" : " (the grid had it already)")}");
        if (activate)
        {
            await terminal.WithProgressAsync("activate", bar => ActivateAsync(grid, version, bar, stop));
        }

        return ExitCodes.Done;
    }

    private static Task<(string Version, bool Created)> UploadAsync(GridClient grid, ModelFolder folder, IProgressBar bar, CancellationToken stop)
    {
        var (total, sent) = (folder.Bytes, 0L);
        return grid.PublishAsync(
            folder,
            bytes =>
            {
                sent += bytes;
                bar.Report(sent / (double)total, sent < total ? $"{ByteSize.Text(sent)} of {ByteSize.Text(total)}" : ByteSize.Text(total));
            },
            stop);
    }

    private static async Task<string> ActivateAsync(GridClient grid, string version, IProgressBar bar, CancellationToken stop)
    {
        var state = await grid.ActivateAsync(version, stop);
        while (state != "active")
        {
            bar.Report(0, state);
            await Task.Delay(PollEvery, TimeProvider.System, stop);
            state = await grid.ActivateAsync(version, stop);
        }

        return state;
    }
}
