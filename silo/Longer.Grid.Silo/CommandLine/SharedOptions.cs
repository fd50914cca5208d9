using System.CommandLine;
using System.Globalization;
using Longer.Grid.Grains;
using Longer.Grid.Model;

namespace Longer.Grid.Silo;

/// <summary>Options that more than one command has, and how their values are read. Each call makes a new one.</summary>
internal static class SharedOptions
{
    private const string ClusterVariable = "LONGER_GRID_CLUSTER";

    private const string AcceptedDevices = "cpu, or cuda:N in a build for it";

    /// <summary>The folder of a grid's durable state.</summary>
    public static Option<DirectoryInfo> Data() => new("--data")
    {
        Description = "Folder of the grid's database and models; made if it is not there",
        HelpName = "DIR",
        Required = true,
    };

    /// <summary>Where the gateway listens.</summary>
    public static Option<ListenAddress> Http(string fallback) => Parsed<ListenAddress>(
        new("--http") { Description = "Address to listen on", HelpName = "URL" }, fallback, ListenAddress.TryParse, ListenAddress.Accepted);

    /// <summary>Device memory for K/V states.</summary>
    public static Option<long> KvMemory() => Parsed<long>(
        new("--kv-memory") { Description = "Device memory for users' attention states", HelpName = "SIZE" }, "2GiB", ByteSize.TryParse, ByteSize.Accepted);

    /// <summary>How K/V states are kept.</summary>
    public static Option<KvStorage> KvStorage() => Parsed<KvStorage>(
        new("--kv-storage") { Description = "Numbers of attention states: float16 takes half the memory, at 2e-3 on a logit instead of 1e-4; int8 a quarter, to be tried on a model by evaluate", HelpName = "TYPE" },
        "float32",
        TryStorage,
        "float32, float16 or int8");

    /// <summary>What <see cref="KvStorage()"/> takes.</summary>
    public static string NameOf(KvStorage storage) => storage switch { Model.KvStorage.Full => "float32", Model.KvStorage.Half => "float16", _ => "int8" };

    /// <summary>Where models run.</summary>
    public static Option<string> Device() => Parsed<string>(
        new("--device") { Description = "Where models run: " + AcceptedDevices, HelpName = "DEVICE" }, "cpu", TryDevice, AcceptedDevices);

    /// <summary>Calls that run at once on the device.</summary>
    public static Option<int> Workers()
    {
        var option = new Option<int>("--workers") { Description = "Model calls that run at once; by default one a processor, at most 4", HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var workers) && workers is < 1 or > 64)
            {
                result.AddError($"--workers {workers}: accepted is 1 to 64");
            }
        });
        return option;
    }

    /// <summary>How many events of each user are kept; without it, as many as the grid was last told.</summary>
    public static Option<Retention?> RetainEvents() => Told<Retention>(
        new("--retain-events")
        {
            Description = "How many of a user's newest events are kept, or all; at least what the model reads. By default as many as the grid was last told, and all at first",
            HelpName = "N",
        },
        Retention.TryParse!,
        Retention.Accepted);

    /// <summary>For how long outcomes are kept; without it, for as long as the grid was last told.</summary>
    public static Option<OutcomeRetention?> OutcomeRetention() => Told<OutcomeRetention>(
        new("--outcome-retention")
        {
            Description = "For how long outcomes are kept after they were accepted, in days or hours. By default as the grid was last told, and 30d at first",
            HelpName = "TIME",
        },
        Grains.OutcomeRetention.TryParse!,
        Grains.OutcomeRetention.Accepted);

    /// <summary>A duration such as <c>90s</c>.</summary>
    public static Option<TimeSpan> Duration(string name, string description, string fallback) => Parsed<TimeSpan>(
        new(name) { Description = description, HelpName = "TIME" }, fallback, DurationText.TryParse, DurationText.Accepted);

    /// <summary>A number within bounds.</summary>
    public static Option<T> Number<T>(string name, string description, T fallback, T least, T most)
        where T : struct, IComparable<T>, IFormattable, IParsable<T>
    {
        var option = new Option<T>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            // What is no number at all is refused by the option's own reading.
            if (result.Tokens.Count == 1 && T.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value)
                && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} {value}: accepted is {least} to {most}"));
            }
        });
        return option;
    }

    /// <summary>The database that a cluster shares. A password in it is better told by the environment than by a command line, which others see.</summary>
    public static Option<string> Cluster() => new("--cluster")
    {
        Description = $"PostgreSQL database of the cluster, as Host=..;Username=..;Password=..;Database=..; by default what {ClusterVariable} says",
        HelpName = "CONNECTION",
    };

    /// <summary>The database that <see cref="Cluster"/> names, or else the environment; <see langword="null"/> where neither does.</summary>
    public static GridDatabase? DatabaseOf(ParseResult parsed, Option<string> cluster) =>
        (parsed.GetValue(cluster) ?? Environment.GetEnvironmentVariable(ClusterVariable)) is { Length: > 0 } given ? GridDatabase.Shared(given) : null;

    internal delegate bool TryParse<T>(string text, out T value);

    // The default goes through the same reading as what is typed, and help shows it as it would be typed.
    internal static Option<T> Parsed<T>(TypedOption<T> option, string fallback, TryParse<T> tryParse, string accepted)
    {
        option.Description += $" [default: {fallback}]";
        option.DefaultValueFactory = _ => tryParse(fallback, out var value) ? value : throw new FormatException(fallback);
        option.CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (tryParse(text, out var value))
            {
                return value;
            }

            result.AddError($"{option.Name} {text}: accepted is {accepted}");
            return default;
        };
        return option;
    }

    // A setting that the grid's database remembers: what is not given is no value of the option's.
    private static Option<T?> Told<T>(Option<T?> option, TryParse<T> tryParse, string accepted)
        where T : class
    {
        option.CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (tryParse(text, out var value))
            {
                return value;
            }

            result.AddError($"{option.Name} {text}: accepted is {accepted}");
            return null;
        };
        return option;
    }

    private static bool TryStorage(string text, out KvStorage storage)
    {
        storage = Enum.GetValues<KvStorage>().FirstOrDefault(some => NameOf(some) == text);
        return NameOf(storage) == text;
    }

    private static bool TryDevice(string text, out string device)
    {
        device = text;
        return text == "cpu" || (text.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(text.AsSpan(5), out _));
    }
}
