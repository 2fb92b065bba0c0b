namespace Holdfast.Supervisor.Setup;

/// <summary>The supervisor's stable codes (docs/errors.md).</summary>
internal static class Codes
{
    public const string BadFlag = "HB-300";
    public const string WorkDirUnusable = "HB-301";
    public const string WorkDirInUse = "HB-302";
    public const string TokenMissing = "HB-303";
    public const string AuthoritiesUnusable = "HB-307";
    public const string FileRefused = "HB-308";
    public const string NotEnrolled = "HB-309";
    public const string AllowListUnusable = "HB-314";
    public const string GuardNotStarted = "HB-304";
    public const string GuardSilent = "HB-305";
    public const string GuardEnded = "HB-306";
    public const string HeartbeatUnanswered = "HB-310";
    public const string HeartbeatRefused = "HB-311";
    public const string ReplySenseless = "HB-312";
    public const string LeaseOver = "HB-313";
    public const string LeftoversAlive = "HB-320";
    public const string InventoryUnreadable = "HB-321";
    public const string InventoryNotSaved = "HB-322";
    public const string ClockWrong = "HB-323";
    public const string ClockSet = "HB-324";
    public const string ComponentAbnormal = "HB-330";
    public const string StoreNotDeleted = "HB-331";
    public const string TickFailed = "HB-340";

    /// <summary>These stand in the reason of a component that is Abnormal, or in what a report says that it lacks.</summary>
    public const string StatusBroken = "HB-341";
    public const string StatusUnreadable = "HB-342";
    public const string ComponentNotJudged = "HB-343";
    public const string DiskHangs = "HB-344";
    public const string ReportCut = "HB-345";

    public const string ConfigNotFetched = "HB-348";
    public const string NotAllowed = "HB-349";

    public const string EndingsUnreadable = "HB-346";
    public const string EndingsNotSaved = "HB-347";
}
