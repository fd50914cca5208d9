namespace Longer.Grid.Gateway;

/// <summary>The body of a route that takes none: an empty object at most.</summary>
internal static class NoFields
{
    private static readonly FieldNames None = new(required: 0);

    /// <summary>Reads it.</summary>
    /// <exception cref="RequestRefusedException">It has fields, or is something else.</exception>
    public static void Read(ref JsonBodyReader json)
    {
        if (json.EnterObject())
        {
            var seen = 0u;
            while (json.NextField(None, ref seen, out _))
            {
            }
        }

        json.Finish();
    }
}
