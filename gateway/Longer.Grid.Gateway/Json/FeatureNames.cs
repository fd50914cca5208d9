using System.Text;
using System.Text.Json;

namespace Longer.Grid.Gateway;

/// <summary>The feature names of one body: each made a string once, and counted.</summary>
internal sealed class FeatureNames
{
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> _byName =
        new Dictionary<string, Entry>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private int _object;

    /// <summary>What became of a name.</summary>
    public enum Outcome
    {
        /// <summary>A good name, the first time in its object.</summary>
        Taken,

        /// <summary>The object has it already.</summary>
        Repeated,

        /// <summary>The body has too many different names.</summary>
        TooMany,

        /// <summary>Empty, too long, or no text.</summary>
        Malformed,
    }

    /// <summary>Begins the next object of features.</summary>
    public void BeginObject() => _object++;

    /// <summary>Takes the name that a reader stands on.</summary>
    /// <param name="json">On a property name.</param>
    /// <param name="position">Its place in its object: bodies mostly keep one order.</param>
    /// <param name="name">The name, unless it is malformed.</param>
    public Outcome Take(in Utf8JsonReader json, int position, out string name)
    {
        Entry? entry;
        if (position < _entries.Count && !json.ValueIsEscaped && json.ValueTextEquals(_entries[position].Name))
        {
            entry = _entries[position];
        }
        else
        {
            name = "";
            var written = json.ValueSpan.Length;
            if (written == 0 || written > (json.ValueIsEscaped ? 6 * GatewayLimits.NameBytes : GatewayLimits.NameBytes))
            {
                return Outcome.Malformed;
            }

            Span<char> buffer = stackalloc char[6 * GatewayLimits.NameBytes];
            scoped ReadOnlySpan<char> text;
            try
            {
                text = buffer[..json.CopyString(buffer)];
            }
            catch (InvalidOperationException)
            {
                return Outcome.Malformed; // half of a surrogate pair
            }

            if (!_byName.TryGetValue(text, out entry))
            {
                if (Encoding.UTF8.GetByteCount(text) > GatewayLimits.NameBytes || Ids.HasControlCharacter(text))
                {
                    return Outcome.Malformed;
                }

                name = text.ToString();
                if (_entries.Count == GatewayLimits.FeatureNames)
                {
                    return Outcome.TooMany;
                }

                entry = new(name);
                _entries.Add(entry);
                _byName[text] = entry;
            }
        }

        name = entry.Name;
        if (entry.LastObject == _object)
        {
            return Outcome.Repeated;
        }

        entry.LastObject = _object;
        return Outcome.Taken;
    }

    private sealed class Entry(string name)
    {
        public string Name => name;

        public int LastObject { get; set; }
    }
}
