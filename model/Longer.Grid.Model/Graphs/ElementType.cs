namespace Longer.Grid.Model;

/// <summary>Element types of the graphs, by their number in the ONNX format.</summary>
internal enum ElementType
{
    Float = 1,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Float16 = 10,
}
