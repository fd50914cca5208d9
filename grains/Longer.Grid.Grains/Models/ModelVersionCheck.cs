using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>Why a model whose files have changed in the store is not served: a version is named by its bytes.</summary>
internal class ModelVersionCheck
{
    /// <summary>Holds what was read to the version that was asked for.</summary>
    /// <exception cref="ModelRejectedException">It is another one.</exception>
    public virtual void Require(string version, ModelPackage read)
    {
        if (read.Version != version)
        {
            // Both files make the version, so it is not known which of them it is.
            var problem = $"{LongerConfigJson.FileName} or {SafetensorsFile.FileName} of version {version} has changed: they are version {read.Version} now";
            throw new ModelRejectedException(SafetensorsFile.FileName, [problem], $"Model {version} is damaged in the model store: {problem}.");
        }
    }
}
