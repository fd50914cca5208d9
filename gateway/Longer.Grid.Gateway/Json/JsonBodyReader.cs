using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Longer.Grid.Gateway;

/// <summary>
/// Reads a JSON body strictly and says of everything that is wrong where it is and what is accepted. It reads on after a wrong field, so
/// that one answer names them all, up to <see cref="MostProblems"/>.
/// </summary>
/// <remarks>The values are in <c>JsonBodyReader.Values.cs</c>.</remarks>
internal ref partial struct JsonBodyReader
{
    /// <summary>After so many problems the rest of a body is not looked at.</summary>
    public const int MostProblems = 20;

    private const int MaxDepth = 64;

    private readonly JsonPath _path = new();
    private readonly ImmutableArray<FieldProblem>.Builder _problems = ImmutableArray.CreateBuilder<FieldProblem>();
    private Utf8JsonReader _json;

    /// <summary>Begins a body.</summary>
    /// <param name="utf8">The whole of it.</param>
    /// <exception cref="RequestRefusedException">It is empty, not UTF-8, or does not begin as JSON.</exception>
    public JsonBodyReader(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            throw Malformed("is empty");
        }

        // The reader below checks the text of a string only where it is taken.
        if (!Utf8.IsValid(utf8))
        {
            throw Malformed("is not valid UTF-8");
        }

        if (utf8.StartsWith("\uFEFF"u8))
        {
            throw Malformed("begins with a byte order mark");
        }

        _json = new(utf8, new JsonReaderOptions { AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow, MaxDepth = MaxDepth });
        Read();
    }

    /// <summary>Where the value at hand begins, in bytes from the start of the body.</summary>
    public readonly int Start => (int)_json.TokenStartIndex;

    /// <summary>One past the last byte of the value at hand.</summary>
    public readonly int End => (int)_json.BytesConsumed;

    /// <summary>Ends a body that held one value.</summary>
    /// <exception cref="RequestRefusedException">Something stands behind the value, or fields were wrong.</exception>
    public void Finish()
    {
        if (Read())
        {
            throw Malformed("holds more than one value");
        }

        if (_problems.Count > 0)
        {
            throw new RequestRefusedException(Problem.Of(ProblemType.InvalidRequest, _problems.DrainToImmutable()));
        }
    }

    /// <summary>Enters the object at hand; anything else is a problem and skipped.</summary>
    public bool EnterObject(string accepted = "an object") => Enter(JsonTokenType.StartObject, accepted);

    /// <summary>Enters the array at hand; anything else is a problem and skipped.</summary>
    public bool EnterArray(string accepted) => Enter(JsonTokenType.StartArray, accepted);

    /// <summary>Goes to the next field of an object and its value; unknown and repeated ones are problems and skipped.</summary>
    /// <param name="fields">What the object may hold.</param>
    /// <param name="seen">One bit a field, kept by the caller for the time of one object.</param>
    /// <param name="field">Index of the field.</param>
    /// <returns>Whether there is one; at the end the fields that are missing are problems.</returns>
    public bool NextField(FieldNames fields, ref uint seen, out int field)
    {
        field = 0;
        while (NextName())
        {
            var found = fields.Find(ref _json, System.Numerics.BitOperations.TrailingZeroCount(~seen));
            if (found < 0)
            {
                _path.At(PropertyName());
                Wrong("is not a field here", fields.Accepted);
                SkipValue();
            }
            else if ((seen & (1u << found)) != 0)
            {
                _path.At(fields.Names[found]);
                Wrong("is there twice", "each field once");
                SkipValue();
            }
            else
            {
                seen |= 1u << found;
                field = found;
                _path.At(fields.Names[found]);
                Read();
                return true;
            }
        }

        for (var i = 0; i < fields.Required; i++)
        {
            if ((seen & (1u << i)) == 0)
            {
                Add(new(_path.With(fields.Names[i]), "is missing", "this field is required"));
            }
        }

        _path.Leave();
        return false;
    }

    /// <summary>Goes to the next element of an array.</summary>
    public bool NextElement(int index)
    {
        Read();
        if (_json.TokenType == JsonTokenType.EndArray)
        {
            _path.Leave();
            return false;
        }

        _path.At(index);
        return true;
    }

    /// <summary>Skips the element at hand and all behind it, and leaves the array.</summary>
    /// <returns>How many they were.</returns>
    public int SkipElements()
    {
        var count = 0;
        do
        {
            Skip();
            count++;
            Read();
        }
        while (_json.TokenType != JsonTokenType.EndArray);
        _path.Leave();
        return count;
    }

    /// <summary>Notes that the value at hand is wrong.</summary>
    public readonly void Wrong(string detail, string accepted) => Add(new(_path.ToString(), detail, accepted));

    private readonly void Add(FieldProblem problem)
    {
        _problems.Add(problem);
        if (_problems.Count == MostProblems)
        {
            throw new RequestRefusedException(Problem.Of(ProblemType.InvalidRequest, _problems.DrainToImmutable()));
        }
    }

    private bool Enter(JsonTokenType start, string accepted)
    {
        if (_json.TokenType != start)
        {
            WrongValue(accepted);
            return false;
        }

        _path.Enter();
        return true;
    }

    // To the next property's name; at the end of the object the path stands on no property.
    private bool NextName()
    {
        Read();
        _path.At(null);
        return _json.TokenType == JsonTokenType.PropertyName;
    }

    private void SkipValue()
    {
        Read();
        Skip();
    }

    private bool Read()
    {
        try
        {
            return _json.Read();
        }
        catch (JsonException e)
        {
            throw Malformed(e);
        }
    }

    private void Skip()
    {
        try
        {
            _json.Skip();
        }
        catch (JsonException e)
        {
            throw Malformed(e);
        }
    }

    // A name may hold a lone surrogate, which is no text: it is then shown as it was written.
    private readonly string PropertyName() => JsonText.TryGet(in _json, out var name) ? name : Encoding.UTF8.GetString(_json.ValueSpan);

    private readonly RequestRefusedException Malformed(JsonException e)
    {
        var message = e.Message.AsSpan();
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = (end < 0 ? message : message[..end]).TrimEnd('.');
        return Malformed(string.Create(
            CultureInfo.InvariantCulture, $"is not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {reason}"));
    }

    private readonly RequestRefusedException Malformed(string detail) =>
        new(
            ProblemType.MalformedBody,
            _path.ToString(),
            detail,
            $"one JSON value in UTF-8, without comments, trailing commas or a byte order mark, at most {MaxDepth} levels deep");
}
