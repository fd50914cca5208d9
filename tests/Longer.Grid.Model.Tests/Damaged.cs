namespace Longer.Grid.Model.Tests;

/// <summary>Files with random damage, and what a reader may do with them.</summary>
internal static class Damaged
{
    /// <summary>A copy with some bytes flipped, put in, taken out, repeated or cut off.</summary>
    public static byte[] Bytes(byte[] whole, int seed, int edits, int within = int.MaxValue)
    {
        var random = new Random(seed);
        var bytes = new List<byte>(whole);
        for (var i = 0; i < edits && bytes.Count > 0; i++)
        {
            var at = random.Next(Math.Min(bytes.Count, within));
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 3:
                    bytes.RemoveAt(at);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(40))));
                    break;
                case 5:
                    bytes[at] = (byte)"0123456789\"{}[],:\\u-."[random.Next(21)];
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(4) == 0 ? bytes.Count - at : Math.Min(bytes.Count - at, random.Next(10)));
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Reads; a <see cref="ModelFormatException"/> is an answer, any other exception fails the test.</summary>
    public static void Read(Action read)
    {
        try
        {
            read();
        }
        catch (ModelFormatException e)
        {
            Assert.NotEmpty(e.Problems);
        }
    }
}
