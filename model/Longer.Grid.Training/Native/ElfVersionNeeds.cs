using System.Buffers.Binary;
using System.Text;

namespace Longer.Grid.Training;

/// <summary>
/// The versions that a shared object asks of the libraries it uses (ELF, 64-bit, little-endian; the generic ABI's symbol versioning,
/// Linux Standard Base 5.0 section 10.7).
/// </summary>
internal sealed class ElfVersionNeeds
{
    private const uint RelocationSection = 4;
    private const uint DynamicSymbolSection = 11;
    private const uint VersionNeedSection = 0x6FFFFFFE;
    private const uint VersionSymbolSection = 0x6FFFFFFF;
    private const ushort Weak = 2;
    private const int HeaderBytes = 64;
    private const int RelocationBytes = 24;

    private readonly byte[] _file;
    private readonly List<Section> _sections = [];

    /// <summary>Reads a file's section table.</summary>
    /// <param name="file">The whole file; <see cref="Weaken"/> changes it.</param>
    /// <exception cref="InvalidDataException">It is not a 64-bit little-endian ELF file.</exception>
    public ElfVersionNeeds(byte[] file)
    {
        _file = file;
        if (file.Length < HeaderBytes || !file.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new InvalidDataException("not a 64-bit little-endian ELF file");
        }

        var (table, size, count) = ((long)U64(0x28), U16(0x3A), U16(0x3C));
        for (var i = 0; i < count; i++)
        {
            var at = table + ((long)i * size);
            _sections.Add(new Section(U32(at + 4), (long)U64(at + 0x18), (long)U64(at + 0x20), (int)U32(at + 0x28)));
        }
    }

    private IEnumerable<Section> VersionNeeds => _sections.Where(s => s.Type == VersionNeedSection);

    /// <summary>Whether the loader refuses the file where this version is not to be had.</summary>
    public bool Requires(string version) => Entries(version).Any(entry => (U16(entry + 4) & Weak) == 0);

    /// <summary>Whether any relocation binds a symbol of this version, so that the file cannot do without it.</summary>
    public bool Binds(string version)
    {
        var indices = Entries(version).Select(entry => (ushort)(U16(entry + 6) & 0x7FFF)).ToHashSet();
        var versions = _sections.Where(s => s.Type == VersionSymbolSection).ToList();
        var symbols = new HashSet<ulong>();
        foreach (var section in versions)
        {
            for (var i = 0; i < section.Bytes / 2; i++)
            {
                if (indices.Contains((ushort)(U16(section.Offset + (2L * i)) & 0x7FFF)))
                {
                    symbols.Add((ulong)i);
                }
            }
        }

        foreach (var section in _sections.Where(s => s.Type == RelocationSection && _sections[s.Link].Type == DynamicSymbolSection))
        {
            for (var at = section.Offset; at + RelocationBytes <= section.Offset + section.Bytes; at += RelocationBytes)
            {
                if (symbols.Contains(U64(at + 8) >> 32))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Marks the version as weak: the loader then goes on where it is not to be had.</summary>
    public void Weaken(string version)
    {
        foreach (var entry in Entries(version))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_file.AsSpan((int)entry + 4), (ushort)(U16(entry + 4) | Weak));
        }
    }

    /// <summary>Offsets of the entries (Vernaux) that name a version.</summary>
    private List<long> Entries(string version)
    {
        var found = new List<long>();
        foreach (var section in VersionNeeds)
        {
            var names = _sections[section.Link].Offset;
            for (var library = section.Offset; ; library += U32(library + 12))
            {
                var entry = library + U32(library + 8);
                for (var i = U16(library + 2); i > 0; i--, entry += U32(entry + 12))
                {
                    if (Name(names + U32(entry + 8)) == version)
                    {
                        found.Add(entry);
                    }
                }

                if (U32(library + 12) == 0)
                {
                    break;
                }
            }
        }

        return found;
    }

    private string Name(long at)
    {
        var bytes = _file.AsSpan((int)at);
        return Encoding.ASCII.GetString(bytes[..bytes.IndexOf((byte)0)]);
    }

    private ulong U64(long at) => BinaryPrimitives.ReadUInt64LittleEndian(_file.AsSpan(checked((int)at)));

    private uint U32(long at) => BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(checked((int)at)));

    private ushort U16(long at) => BinaryPrimitives.ReadUInt16LittleEndian(_file.AsSpan(checked((int)at)));

    private readonly record struct Section(uint Type, long Offset, long Bytes, int Link);
}
