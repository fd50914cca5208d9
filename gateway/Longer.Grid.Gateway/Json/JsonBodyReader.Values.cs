using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

internal ref partial struct JsonBodyReader
{
    private const int ShownBytes = 60;

    /// <summary>The id at hand as a string; <see langword="null"/> and a problem where it is none.</summary>
    public string? ReadId()
    {
        if (_json.TokenType == JsonTokenType.String)
        {
            return ReadText(GatewayLimits.IdBytes, Accepted.Id);
        }

        if (_json.TokenType == JsonTokenType.Number && TryWhole(out _))
        {
            return Encoding.ASCII.GetString(_json.ValueSpan);
        }

        WrongValue(Accepted.Id);
        return null;
    }

    /// <summary>The action at hand.</summary>
    /// <param name="last">The action before: most events of a batch share a few, and one string is enough for them.</param>
    public string? ReadAction(string? last) =>
        last is not null && _json.TokenType == JsonTokenType.String && !_json.ValueIsEscaped && _json.ValueTextEquals(last)
            ? last
            : ReadText(GatewayLimits.IdBytes, Accepted.Action);

    /// <summary>The name of a task.</summary>
    public string? ReadTaskName() => ReadText(GatewayLimits.NameBytes, Accepted.TaskName);

    /// <summary>What a caller names a request by.</summary>
    public string? ReadRequestId() => ReadText(GatewayLimits.IdBytes, Accepted.RequestId);

    /// <summary>A whole number.</summary>
    /// <param name="smallest">Smaller ones are a problem.</param>
    /// <param name="largest">Larger ones are a problem.</param>
    /// <param name="accepted">What to say then.</param>
    public long? ReadWhole(long smallest, long largest, string accepted)
    {
        if (_json.TokenType == JsonTokenType.Number && TryWhole(out var value) && value <= (ulong)largest && (long)value >= smallest)
        {
            return (long)value;
        }

        WrongValue(accepted);
        return null;
    }

    /// <summary>A whole number of at least 1, however large; more than an <see cref="int"/> holds is the largest of them.</summary>
    public int? ReadAtLeastOne(string accepted)
    {
        if (_json.TokenType == JsonTokenType.Number
            && !_json.ValueSpan.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && !_json.ValueSpan.SequenceEqual("0"u8))
        {
            return TryWhole(out var value) ? (int)Math.Min(value, int.MaxValue) : int.MaxValue;
        }

        WrongValue(accepted);
        return null;
    }

    /// <summary>A time in Unix milliseconds, given so or in ISO 8601.</summary>
    /// <param name="nowMs">The gateway's clock.</param>
    public long? ReadAt(long nowMs)
    {
        long at;
        switch (_json.TokenType)
        {
            case JsonTokenType.Number when TryWhole(out var whole):
                at = (long)Math.Min(whole, long.MaxValue);
                break;
            case JsonTokenType.String when TryIso8601(out var parsed):
                at = parsed;
                break;
            default:
                WrongValue(Accepted.At);
                return null;
        }

        if (at < GatewayLimits.EarliestAtMs)
        {
            Wrong($"{Shown()} is before 1990", Accepted.At);
            return null;
        }

        if (at > nowMs + GatewayLimits.AheadMs)
        {
            Wrong($"{Shown()} is more than a day ahead of the gateway's clock ({nowMs})", Accepted.At);
            return null;
        }

        return at;
    }

    /// <summary>An object of ids by name. A <c>null</c> is a missing value and left out.</summary>
    /// <param name="names">The names of the whole body.</param>
    /// <param name="scratch">Cleared and used.</param>
    public ImmutableArray<Feature> ReadFeatures(FeatureNames names, List<Feature> scratch)
    {
        scratch.Clear();
        if (!EnterObject())
        {
            return [];
        }

        names.BeginObject();
        var count = 0;
        while (NextName())
        {
            if (ReadName(names, count++, "a feature's name", Accepted.FeatureName) is not { } name)
            {
                SkipValue();
                continue;
            }

            Read();
            _path.At(name);
            if (_json.TokenType != JsonTokenType.Null && ReadId() is { } id)
            {
                scratch.Add(new(name, id));
            }
        }

        _path.Leave();
        if (count > GatewayLimits.Features)
        {
            Wrong($"has {count} features", Accepted.Features);
        }

        return scratch.Count == 0 ? [] : [.. scratch];
    }

    /// <summary>An object of labels by task.</summary>
    /// <param name="names">The tasks of the whole body.</param>
    /// <param name="scratch">Cleared and used.</param>
    public ImmutableArray<OutcomeLabel> ReadLabels(FeatureNames names, List<OutcomeLabel> scratch)
    {
        scratch.Clear();
        if (!EnterObject(Accepted.Labels))
        {
            return [];
        }

        names.BeginObject();
        var count = 0;
        while (NextName())
        {
            if (ReadName(names, count++, "a task's name", Accepted.LabelName) is not { } task)
            {
                SkipValue();
                continue;
            }

            Read();
            _path.At(task);
            if (_json.TokenType == JsonTokenType.Number && (_json.ValueSpan.SequenceEqual("0"u8) || _json.ValueSpan.SequenceEqual("1"u8)))
            {
                scratch.Add(new(task, IsPositive: _json.ValueSpan[0] == '1'));
            }
            else
            {
                WrongValue(Accepted.Label);
            }
        }

        _path.Leave();
        if (count is 0 or > GatewayLimits.Labels)
        {
            Wrong($"has {count} labels", Accepted.Labels);
        }

        return [.. scratch];
    }

    private readonly string? ReadName(FeatureNames names, int position, string what, string accepted)
    {
        switch (names.Take(in _json, position, out var name))
        {
            case FeatureNames.Outcome.Taken:
                return name;
            case FeatureNames.Outcome.Repeated:
                _path.At(name);
                Wrong("is there twice", "each name once");
                return null;
            case FeatureNames.Outcome.TooMany:
                _path.At(name);
                Wrong($"is one more than {GatewayLimits.FeatureNames} different names in this body", accepted);
                return null;
            default:
                _path.At(PropertyName());
                Wrong($"is not {what}", accepted);
                return null;
        }
    }

    private string? ReadText(int mostBytes, string accepted)
    {
        if (_json.TokenType != JsonTokenType.String)
        {
            WrongValue(accepted);
            return null;
        }

        // An escape is at most six bytes for one: a longer text need not be decoded to be refused.
        var written = _json.ValueSpan.Length;
        if (written == 0 || written > (_json.ValueIsEscaped ? 6 * mostBytes : mostBytes))
        {
            Wrong(written == 0 ? "is empty" : $"has more than {mostBytes} bytes", accepted);
            return null;
        }

        if (!JsonText.TryGet(in _json, out var text))
        {
            Wrong("holds half of a surrogate pair", accepted);
            return null;
        }

        if (_json.ValueIsEscaped && Encoding.UTF8.GetByteCount(text) > mostBytes)
        {
            Wrong($"has more than {mostBytes} bytes", accepted);
            return null;
        }

        if (Ids.HasControlCharacter(text))
        {
            Wrong("holds a control character", accepted);
            return null;
        }

        return text;
    }

    // JSON itself allows no leading zeros.
    private readonly bool TryWhole(out ulong value) =>
        Utf8Parser.TryParse(_json.ValueSpan, out value, out var consumed) && consumed == _json.ValueSpan.Length;

    private readonly bool TryIso8601(out long atMs)
    {
        if (!_json.ValueIsEscaped)
        {
            return Timestamp.TryParseIso8601(_json.ValueSpan, out atMs);
        }

        // Some writers escape the plus of an offset.
        atMs = 0;
        Span<byte> text = stackalloc byte[256];
        return _json.ValueSpan.Length <= text.Length
            && JsonText.TryGet(in _json, out _)
            && Timestamp.TryParseIso8601(text[.._json.CopyString(text)], out atMs);
    }

    // Notes a problem with the value at hand and goes over it.
    private void WrongValue(string accepted)
    {
        Wrong($"{Shown()} is not accepted", accepted);
        Skip();
    }

    private readonly string Shown()
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.StartObject:
                return "an object";
            case JsonTokenType.StartArray:
                return "an array";
            case JsonTokenType.Null:
                return "null";
            case JsonTokenType.True:
                return "true";
            case JsonTokenType.False:
                return "false";
            default:
                var value = _json.ValueSpan;
                var text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, ShownBytes)]) + (value.Length > ShownBytes ? "…" : "");
                return _json.TokenType == JsonTokenType.String ? $"\"{text}\"" : text;
        }
    }
}
