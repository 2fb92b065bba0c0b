using Holdfast.HaScheduler.Api;
using Holdfast.HaScheduler.Config;
using Holdfast.Rules.HaScheduler.Config;

namespace Holdfast.HaScheduler.Tests;

/// <summary>A key is declared once; what can be changed, the form's schema and docs/ha-config.md are made from there.</summary>
public sealed class HaConfigKeysTests
{
    [Fact]
    public void Each_property_of_the_contract_is_a_key_or_is_said_to_be_ignored() => Assert.Equal(
        Json(new HaConfig()).Select(k => k.Key).Except(["regions", "tasks"]).Except(HaConfigKeys.Ignored.Keys),
        HaConfigKeys.All.Select(k => k.Name));

    [Fact]
    public void Each_property_of_an_override_is_a_key_of_the_same_type_and_lies_over_it() =>
        Assert.All(typeof(HaConfigOverride).GetProperties(), own =>
        {
            var key = HaConfigKeys.All.Single(k => k.Property.Name == own.Name);
            Assert.Equal(key.Property.PropertyType, Nullable.GetUnderlyingType(own.PropertyType));
            Assert.NotEqual(KeyScope.Everywhere, key.Scope);
            var other = key.Kind switch
            {
                KeyKind.Switch => !(bool)key.Property.GetValue(new HaConfig())!,
                KeyKind.Whole => 77,
                KeyKind.Number => 0.77,
                KeyKind.Word => Enum.ToObject(key.Property.PropertyType, 0),
            };
            var over = new HaConfigOverride();
            own.SetValue(over, other);
            var north = new HaConfig { Regions = new Dictionary<string, HaConfigOverride> { ["north"] = over } };
            var expected = new HaConfig { Regions = north.Regions };
            key.Property.SetValue(expected, other);
            Assert.Equal(expected, north.ForRegion("north"));
            Assert.Equal(north, north.ForRegion("south"));
        });

    [Fact]
    public void What_is_said_beside_the_keys_is_ignored_in_a_change() => Assert.Empty(
        Json(HaConfigView.Of(new HeldConfig(new HaConfig(), null, 0))).Select(k => k.Key)
            .Except(Json(new HaConfig()).Select(k => k.Key)).Except(HaConfigKeys.Ignored.Keys).Except(["ignored"]));

    [Fact]
    public void Each_key_is_explained_in_both_languages_and_a_number_has_bounds() => Assert.All(HaConfigKeys.All, key =>
    {
        Assert.True(key.Declared.Meaning.Length > 10 && key.Declared.Meaning[^1] is not '.', key.Name);
        Assert.Contains(key.Declared.Chinese, letter => letter > '\u3000');
        Assert.Equal(key.IsNumber, key.Max > key.Min);
        Assert.DoesNotContain('|', key.Declared.Meaning);
        Assert.True(Profile.All.All(p => key.Read(key.ValueIn(p.Ha)).Broken is null), $"a profile breaks {key.Name}");
        var unit = key.Name.EndsWith("Sec", StringComparison.Ordinal) ? "s" : key.Name.EndsWith("Hours", StringComparison.Ordinal) ? "h"
            : key.Name.EndsWith("IntervalMin", StringComparison.Ordinal) ? "min" : null;
        Assert.Equal(unit, key.Declared.Unit);
    });

    private static JsonObject Json<T>(T value) => JsonSerializer.SerializeToNode(value, JsonSerializerOptions.Web)!.AsObject();
}
