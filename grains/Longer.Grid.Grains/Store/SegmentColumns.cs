using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>
/// A segment unpacked (<see cref="SegmentCodec"/>): events by column, and each text once, in UTF-8. A user of ten thousand events has as many ids,
/// of which a model reads the keys alone: no string is made of them.
/// </summary>
internal sealed class SegmentColumns
{
    private readonly byte[] _bytes;
    private readonly long[] _times;
    private readonly Range[] _texts;
    private readonly string?[] _strings;

    /// <summary>For each event its item, its action, how many features it has, and the name and the id of each.</summary>
    private readonly int[] _body;

    /// <summary>Where each event begins there.</summary>
    private readonly int[] _starts;

    private int _read;

    /// <summary>Reads a segment.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public SegmentColumns(byte[] bytes)
    {
        _bytes = bytes;
        _times = new long[ReadCount()];
        var at = 0L;
        foreach (ref var time in _times.AsSpan())
        {
            var zigzag = ReadNumber();
            time = at += (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
        }

        _texts = new Range[ReadCount()];
        _strings = new string?[_texts.Length];
        foreach (ref var text in _texts.AsSpan())
        {
            var length = ReadCount();
            text = new Range(_read, _read += length);
            if (!Utf8.IsValid(_bytes.AsSpan(text)))
            {
                throw Wrong();
            }
        }

        // A number takes a byte or more.
        _body = new int[_bytes.Length - _read];
        _starts = new int[_times.Length];
        var written = 0;
        foreach (ref var start in _starts.AsSpan())
        {
            start = written;
            ReadText();
            ReadText();
            var features = _body[written++] = ReadCount();
            for (var i = 0; i < 2 * features; i++)
            {
                ReadText();
            }
        }

        void ReadText() => _body[written++] = ReadNumber() is var index && index < (ulong)_texts.Length ? (int)index : throw Wrong();
    }

    /// <summary>Events.</summary>
    public int Count => _times.Length;

    /// <summary>An event's time in Unix milliseconds.</summary>
    public long AtMs(int e) => _times[e];

    /// <summary>The key of an event's item.</summary>
    public ulong ItemKey(int e) => Key(_body[_starts[e]]);

    /// <summary>An event's action.</summary>
    public string Action(int e) => Text(_body[_starts[e] + 1]);

    /// <summary>How many features an event has.</summary>
    public int Features(int e) => _body[_starts[e] + 2];

    /// <summary>The name of one.</summary>
    public string FeatureName(int e, int feature) => Text(_body[_starts[e] + 3 + (2 * feature)]);

    /// <summary>The key of its id.</summary>
    public ulong FeatureKey(int e, int feature) => Key(_body[_starts[e] + 4 + (2 * feature)]);

    /// <summary>All of the events.</summary>
    public ImmutableArray<BehaviorEvent> ToEvents()
    {
        var events = ImmutableArray.CreateBuilder<BehaviorEvent>(Count);
        for (var e = 0; e < Count; e++)
        {
            var features = Features(e) == 0 ? [] : new Feature[Features(e)];
            for (var i = 0; i < features.Length; i++)
            {
                features[i] = new Feature(FeatureName(e, i), Text(_body[_starts[e] + 4 + (2 * i)]));
            }

            events.Add(new BehaviorEvent(Text(_body[_starts[e]]), Action(e), AtMs(e), [.. features]));
        }

        return events.MoveToImmutable();
    }

    /// <summary>Adds all of the events to a history, with those of their features that a model reads.</summary>
    public void AppendTo(EventHistory history, IReadOnlySet<string> sides)
    {
        var read = new List<KeyValuePair<string, ulong>>();
        for (var e = 0; e < Count; e++)
        {
            read.Clear();
            for (var feature = 0; feature < Features(e); feature++)
            {
                if (FeatureName(e, feature) is var name && sides.Contains(name))
                {
                    read.Add(new(name, FeatureKey(e, feature)));
                }
            }

            history.Append(new KeyedEvent(ItemKey(e), Action(e), AtMs(e), read));
        }
    }

    private ulong Key(int text) => EntityKey.Of(_bytes.AsSpan(_texts[text]));

    private string Text(int text) => _strings[text] ??= Encoding.UTF8.GetString(_bytes.AsSpan(_texts[text]));

    private ulong ReadNumber()
    {
        var number = 0UL;
        for (var shift = 0; shift < 64 && _read < _bytes.Length; shift += 7)
        {
            var next = _bytes[_read++];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }

        throw Wrong();
    }

    /// <summary>A number of things that take a byte or more each.</summary>
    private int ReadCount() => ReadNumber() is var count && count <= (ulong)(_bytes.Length - _read) ? (int)count : throw Wrong();

    private static InvalidDataException Wrong() => new("its contents do not follow the segment format");
}
