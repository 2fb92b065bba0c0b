using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Holdfast.ConsoleUi.Assets;

/// <summary>
/// The browser's side of Blazor, read out of the assembly that holds it (see the project file); that assembly is never loaded.
/// </summary>
internal static class FrameworkScript
{
    private const string Resource = "_framework/blazor.web.js";

    internal static byte[] Read()
    {
        using var holder = typeof(FrameworkScript).Assembly.GetManifestResourceStream("blazor-script-holder")!;
        using var image = new PEReader(holder);
        var metadata = image.GetMetadataReader();
        foreach (var handle in metadata.ManifestResources)
        {
            var resource = metadata.GetManifestResource(handle);
            if (metadata.GetString(resource.Name) == Resource)
            {
                var section = image.GetSectionData(image.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress);
                var reader = section.GetReader();
                reader.Offset = (int)resource.Offset;
                return reader.ReadBytes(reader.ReadInt32());
            }
        }

        throw new InvalidOperationException($"{Resource} is not in the assembly that should hold it.");
    }
}
