using System.Collections.Immutable;

namespace Longer.Grid.Gateway;

/// <summary>Reads one element of an array; where something is missing in it, that is a problem by then, and <see cref="JsonBodyReader.Finish"/> refuses the body.</summary>
internal delegate T ReadElement<out T>(ref JsonBodyReader json);

/// <summary>Arrays that may hold so many elements.</summary>
internal ref partial struct JsonBodyReader
{
    /// <summary>Reads an array; no element past the limit is read, and their number is told.</summary>
    /// <param name="accepted">What is accepted, in words.</param>
    /// <param name="most">So many elements at most, and one at least.</param>
    /// <param name="read">Reads one.</param>
    public ImmutableArray<T> ReadElements<T>(string accepted, int most, ReadElement<T> read)
    {
        if (!EnterArray(accepted))
        {
            return [];
        }

        var elements = ImmutableArray.CreateBuilder<T>();
        var count = 0;
        while (NextElement(count))
        {
            if (count == most)
            {
                count += SkipElements();
                break;
            }

            count++;
            elements.Add(read(ref this));
        }

        if (count == 0 || count > most)
        {
            Wrong($"has {count} elements", accepted);
        }

        return elements.DrainToImmutable();
    }
}
