using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace Longer.Grid.Training.Tests;

public sealed class TorchLibraryMendTests : IDisposable
{
    private const ushort Weak = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("longer-mend-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Torch_loads_and_computes_on_this_system()
    {
        TorchRuntime.EnsureLoaded();

        using var sum = ones(2, 3).sum();
        Assert.Equal(6f, sum.Floats()[0]);
    }

    [Fact]
    public void Mending_changes_the_version_flag_and_nothing_else()
    {
        var path = Unmended();
        var before = File.ReadAllBytes(path);
        var expected = (byte[])before.Clone();
        SetFlag(expected, Weak);

        Assert.True(TorchLibraryMend.Mend(path));

        Assert.Equal(expected, File.ReadAllBytes(path));
        Assert.NotEqual(before, expected);
    }

    [Fact]
    public void A_mended_file_is_left_alone()
    {
        var path = Unmended();
        Assert.True(TorchLibraryMend.Mend(path));
        using var held = File.OpenRead(path);
        var link = Path.Combine(_folder, "link");
        Assert.False(TorchLibraryMend.Mend(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
        Assert.False(File.Exists(link));
    }

    [Fact]
    public void The_file_is_replaced_and_never_written_through_so_a_reader_of_the_old_one_keeps_it()
    {
        var path = Unmended();
        var before = File.ReadAllBytes(path);
        using var old = File.OpenRead(path);

        TorchLibraryMend.Mend(path);

        var kept = new byte[old.Length];
        old.ReadExactly(kept);
        Assert.Equal(before, kept);
    }

    [Fact]
    public void Processes_that_start_at_once_all_find_a_whole_mended_file()
    {
        var path = Unmended();
        var expected = File.ReadAllBytes(path);
        SetFlag(expected, Weak);

        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            TorchLibraryMend.Mend(path);
            Assert.Equal(expected, File.ReadAllBytes(path));
        });

        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_file_that_cannot_be_replaced_is_named_with_what_to_do()
    {
        // A name this long leaves no room for the temporary name beside it; a read-only folder would not stop root.
        var path = Unmended(new string('x', 250));

        var error = Assert.Throws<NativeLibraryException>(() => TorchLibraryMend.Mend(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("writable once", error.Message, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_file_that_is_no_library_is_refused()
    {
        var path = Path.Combine(_folder, "not.so");
        File.WriteAllText(path, "version https://git-lfs.github.com/spec/v1 and more text, so that it is as long as a header is");

        Assert.Contains("not a 64-bit", Assert.Throws<NativeLibraryException>(() => TorchLibraryMend.Mend(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.32", true, false)]
    [InlineData("GLIBCXX_3.4.21", true, true)]
    [InlineData("GLIBCXX_9.9.99", false, false)]
    public void A_version_that_is_only_named_is_told_from_one_that_is_used(string version, bool required, bool bound)
    {
        var needs = new ElfVersionNeeds(File.ReadAllBytes(Unmended()));

        Assert.Equal(required, needs.Requires(version));
        Assert.Equal(bound, needs.Binds(version));
    }

    /// <summary>The library as it is in its package, whatever this process has made of its own copy.</summary>
    private string Unmended(string name = "libLibTorchSharp.so")
    {
        var file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));
        SetFlag(file, 0);
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, file);
        return path;
    }

    // Finds the entry by the hash of its name that the loader looks for, not by the tables that the mend reads.
    private static void SetFlag(byte[] file, ushort flag)
    {
        uint hash = 0;
        foreach (var c in Encoding.ASCII.GetBytes(TorchLibraryMend.Version))
        {
            hash = (hash << 4) + c;
            var high = hash & 0xF0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        var pattern = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(pattern, hash);
        for (var from = 0; file.AsSpan(from).IndexOf(pattern) is var at and >= 0; from += at + 1)
        {
            var entry = file.AsSpan(from + at);
            if (entry.Length >= 8 && BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]) is 0 or Weak)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(entry[4..], flag);
                return;
            }
        }

        Assert.Fail($"The library does not name {TorchLibraryMend.Version}.");
    }
}
