using System.Globalization;
using System.Text;

namespace Longer.Grid.Training.Tests;

public sealed class EventReaderTests : IDisposable
{
    private const string Header = "user,item,action,at,dir\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("user,item,action,at,dir\nu1,7,add,981016350,src\nu1,\"a, \"\"b\"\"\",mod,981016351,\n")]
    [InlineData("\uFEFFnote,dir,at,action,item,user\r\nx,src,981016350,add,7,u1\r\n\r\ny,,981016351,mod,\"a, \"\"b\"\"\",u1")]
    [InlineData("{\"user\":\"u1\",\"item\":7,\"action\":\"add\",\"at\":981016350,\"dir\":\"src\",\"note\":[1]}\n\n{\"user\":\"u1\",\"item\":\"a, \\\"b\\\"\",\"action\":\"mod\",\"at\":\"981016351\",\"dir\":null}")]
    public void Csv_and_ndjson_gzipped_or_not_give_the_same_events(string text)
    {
        var plain = Read(TimeUnit.Seconds, _folder.Write("events.bin", text));
        var gzipped = Read(TimeUnit.Seconds, _folder.WriteGzipped("events.csv", text));

        Assert.Equal(["u1 7 add 981016350000 dir=src", "u1 a, \"b\" mod 981016351000 "], plain);
        Assert.Equal(plain, gzipped);
    }

    [Fact]
    public void Several_files_are_read_one_after_another_and_progress_ends_at_their_size()
    {
        var files = Enumerable.Range(1, 3).Select(i => _folder.WriteGzipped($"{i}.csv.gz", Header + $"u{i},7,add,98101635{i},src\n")).ToArray();
        var progress = new Reports();

        var users = new EventReader(Schema(TimeUnit.Seconds), TimeProvider.System).Read(files, progress).Select(e => e.UserId).ToList();

        Assert.Equal(["u1", "u2", "u3"], users);
        var total = files.Sum(f => new FileInfo(f).Length);
        Assert.Equal(new ReadProgress(total, total, 3), progress.All[^1]);
        Assert.Equal(progress.All.OrderBy(r => r.Bytes), progress.All);
    }

    [Theory]
    [InlineData(TimeUnit.Seconds, "981016350", 981016350000)]
    [InlineData(TimeUnit.Milliseconds, "981016350123", 981016350123)]
    [InlineData(TimeUnit.Iso, "2001-02-01T08:32:30Z", 981016350000)]
    [InlineData(TimeUnit.Iso, "2001-02-01 09:32:30.1239+01:00", 981016350123)]
    [InlineData(TimeUnit.Seconds, "631152000", 631152000000)]
    public void Times_are_read_in_their_unit(TimeUnit unit, string text, long expectedMs)
    {
        var read = new EventReader(Schema(unit), TimeProvider.System).Read([_folder.Write("e.csv", $"{Header}u,7,add,{text},src\n")]);

        Assert.Equal(expectedMs, Assert.Single(read).AtMs);
    }

    [Theory]
    [InlineData(TimeUnit.Seconds, "u,7,add,x,src", "at is \"x\"; accepted is whole seconds")]
    [InlineData(TimeUnit.Seconds, "u,7,add,1.5,src", "at is \"1.5\"; accepted is whole seconds")]
    [InlineData(TimeUnit.Seconds, "u,7,add,,src", "at is \"\"; accepted is whole seconds")]
    [InlineData(TimeUnit.Seconds, "u,7,add,631151999,src", "at is \"631151999\"; accepted is a time from 1990 to one day ahead")]
    [InlineData(TimeUnit.Seconds, "u,7,add,9223372036854775807,src", "at is \"9223372036854775807\"; accepted is a time from 1990 to one day ahead")]
    [InlineData(TimeUnit.Milliseconds, "u,7,add,2001-02-01,src", "at is \"2001-02-01\"; accepted is whole milliseconds")]
    [InlineData(TimeUnit.Iso, "u,7,add,2001-02-01T08:32:30,src", "at is \"2001-02-01T08:32:30\"; accepted is ISO 8601 with an offset")]
    [InlineData(TimeUnit.Seconds, ",7,add,981016350,src", "user is empty; accepted is an id")]
    [InlineData(TimeUnit.Seconds, "u,,add,981016350,src", "item is empty; accepted is an id")]
    [InlineData(TimeUnit.Seconds, "u,7,,981016350,src", "action is empty; accepted is an id")]
    [InlineData(TimeUnit.Seconds, "u,a\tb,add,981016350,src", "item is \"a\tb\"; accepted is 1 to 256 bytes of UTF-8 without control characters")]
    [InlineData(TimeUnit.Seconds, "u,7,add,981016350", "the row has 4 fields; accepted is 5, as in the header")]
    [InlineData(TimeUnit.Seconds, "u,7,add,981016350,src,more", "the row has 6 fields; accepted is 5, as in the header")]
    [InlineData(TimeUnit.Seconds, "u,7,add,981016350,a\"b", "the row is not valid CSV")]
    public void A_bad_row_is_named_with_file_and_line(TimeUnit unit, string row, string expected)
    {
        var good = unit == TimeUnit.Iso ? "u,7,add,2001-02-01T08:32:30Z,src\n" : unit == TimeUnit.Seconds ? "u,7,add,981016350,src\n" : "u,7,add,981016350000,src\n";
        var file = _folder.WriteGzipped("events.csv.gz", Header + good + "\n" + good + row + "\n" + good);

        var error = Assert.Throws<DataSetException>(() => Read(unit, file));

        Assert.StartsWith($"{file}:5: {expected}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"user":"u","item":1.5,"action":"a","at":981016350}""", "item is 1.5; accepted is a text or a whole number")]
    [InlineData("""{"user":"u","item":["x"],"action":"a","at":981016350}""", "item is [\"x\"]; accepted is a text or a whole number")]
    [InlineData("""{"user":"\ud800","item":1,"action":"a","at":981016350}""", "a text in the line holds half of a surrogate pair")]
    [InlineData("""{"\ud800":"u","user":"u","item":1,"action":"a","at":981016350}""", "a text in the line holds half of a surrogate pair")]
    [InlineData("""{"user":"u","action":"a","at":981016350}""", "item is empty; accepted is an id")]
    [InlineData("""{"user":"u","user":"v","item":1,"action":"a","at":981016350}""", "the line is not valid JSON")]
    [InlineData("""{"user":"u",""", "the line is not valid JSON")]
    [InlineData("[1]", "the line is not a JSON object")]
    public void A_bad_json_line_is_named_with_file_and_line(string line, string expected)
    {
        const string good = """{"user":"u","item":1,"action":"a","at":981016350,"dir":"d"}""";
        var file = _folder.Write("events.ndjson", $"{good}\n\n{line}\n{good}\n");

        var error = Assert.Throws<DataSetException>(() => Read(TimeUnit.Seconds, file));

        Assert.StartsWith($"{file}:3: {expected}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_may_have_256_bytes_and_no_more()
    {
        var longest = new string('é', 128);

        Assert.Single(Read(TimeUnit.Seconds, _folder.Write("fits.csv", $"{Header}u,{longest},add,981016350,src\n")));
        Assert.Throws<DataSetException>(() => Read(TimeUnit.Seconds, _folder.Write("long.csv", $"{Header}u,{longest}x,add,981016350,src\n")));
    }

    [Fact]
    public void A_time_may_be_one_day_ahead_and_no_more()
    {
        var clock = new FixedClock(DateTimeOffset.FromUnixTimeSeconds(1_000_000_000));
        var reader = new EventReader(Schema(TimeUnit.Seconds), clock);
        var fits = _folder.Write("fits.csv", $"{Header}u,7,add,{1_000_000_000 + 86_400},src\n");
        var late = _folder.Write("late.csv", $"{Header}u,7,add,{1_000_000_000 + 86_401},src\n");

        Assert.Single(reader.Read([fits]));
        Assert.Throws<DataSetException>(() => reader.Read([late]).Count());
    }

    [Fact]
    public void A_column_that_the_file_lacks_is_named_with_those_it_has()
    {
        var csv = _folder.Write("e.csv", "user,item,action,at\nu,7,add,981016350\n");
        var ndjson = _folder.Write("e.ndjson", """{"user":"u","item":1,"action":"a","at":981016350}""");

        Assert.Equal(
            $"{csv}:1: there is no column \"dir\", which the schema names; the columns are user, item, action, at",
            Assert.Throws<DataSetException>(() => Read(TimeUnit.Seconds, csv)).Message);
        Assert.Equal(
            $"{ndjson}: no line has \"dir\", which the schema names", Assert.Throws<DataSetException>(() => Read(TimeUnit.Seconds, ndjson)).Message);
    }

    // 65,536 is the size of the buffers below: the bad byte stands before, across and after the edge.
    [Theory]
    [InlineData(10)]
    [InlineData(65_530)]
    [InlineData(65_536)]
    [InlineData(200_000)]
    public void Bytes_that_are_not_utf8_are_named_by_their_line(int before)
    {
        var text = new StringBuilder(Header);
        var lines = 1;
        while (text.Length < before)
        {
            text.Append(CultureInfo.InvariantCulture, $"u,7,add,981016350,s€c\n");
            lines++;
        }

        byte[] bytes = [.. Encoding.UTF8.GetBytes(text.ToString()), .. "u,7,add,981016350,"u8, 0xE2, 0x82, (byte)'\n'];
        var file = _folder.Write("e.csv", bytes);

        var error = Assert.Throws<DataSetException>(() => Read(TimeUnit.Seconds, file));

        Assert.Equal($"{file}:{lines + 1}: there are bytes that are not UTF-8", error.Message);
    }

    [Fact]
    public void Characters_of_several_bytes_pass_wherever_a_buffer_ends()
    {
        var text = new StringBuilder(Header);
        for (var i = 0; i < 20_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"u{i % 7},{new string('x', i % 5)}é€😀,add,{981016350 + i},src\n");
        }

        var read = new EventReader(Schema(TimeUnit.Seconds), TimeProvider.System).Read([_folder.Write("e.csv", text.ToString())]).ToList();

        Assert.Equal(20_000, read.Count);
        Assert.All(read, e => Assert.EndsWith("é€😀", e.ItemId, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_absent_empty_or_cut_short_is_named()
    {
        var empty = _folder.Write("empty.csv", "");
        var whole = File.ReadAllBytes(_folder.WriteGzipped("whole.gz", Header + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"u{i},7,add,{981016350 + (i * 7919L % 100_003)},src\n"))));
        var cut = _folder.Write("cut.gz", whole[..(whole.Length / 2)]);

        Assert.StartsWith("nowhere.csv cannot be read: ", Assert.Throws<DataSetException>(() => Read(TimeUnit.Seconds, "nowhere.csv")).Message, StringComparison.Ordinal);
        Assert.StartsWith($"{empty} is empty", Assert.Throws<DataSetException>(() => Read(TimeUnit.Seconds, empty)).Message, StringComparison.Ordinal);
        Assert.StartsWith($"{cut}:", Assert.Throws<DataSetException>(() => Read(TimeUnit.Seconds, cut)).Message, StringComparison.Ordinal);
    }

    private static List<string> Read(TimeUnit unit, params string[] files) =>
        [.. new EventReader(Schema(unit), TimeProvider.System).Read(files)
            .Select(e => $"{e.UserId} {e.ItemId} {e.Action} {e.AtMs} {string.Join(",", e.Sides.Select(s => $"{s.Key}={s.Value}"))}")];

    private static DataSchema Schema(TimeUnit unit) =>
        new() { Events = new("user", "item", "action", new("at", unit), [new("dir", "dir")]) };

    private sealed class Reports : IProgress<ReadProgress>
    {
        public List<ReadProgress> All { get; } = [];

        public void Report(ReadProgress value) => All.Add(value);
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
