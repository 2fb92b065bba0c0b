namespace Holdfast.Engine.Kafka.Client;

/// <summary>Classes of the errors of brokers and client, by what they mean for a transaction.</summary>
internal enum ErrorClass
{
    /// <summary>A retry may succeed: a broker is away, changes its leader, is busy.</summary>
    Passing,

    /// <summary>Another producer has this one's place, or the brokers took its transaction back.</summary>
    Fenced,

    /// <summary>The login or the certificate is refused.</summary>
    Login,

    /// <summary>The user lacks a right.</summary>
    NotAllowed,

    /// <summary>The brokers know no transactions.</summary>
    NoTransactions,

    /// <summary>A transaction may not be open for so long.</summary>
    TooLong,

    /// <summary>A message is larger than a broker or a topic takes.</summary>
    TooLarge,

    /// <summary>A message is refused by a rule of the broker.</summary>
    Refused,

    /// <summary>There is no such topic.</summary>
    NoTopic,
}

/// <summary>Classes of errors, by their codes.</summary>
internal static class ErrorClasses
{
    internal static ErrorClass Of(Error error) => error.Code switch
    {
        ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch or ErrorCode.InvalidProducerIdMapping
            or ErrorCode.InvalidTxnState => ErrorClass.Fenced,
        ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Ssl or ErrorCode.IllegalSaslState
            or ErrorCode.UnsupportedSaslMechanism => ErrorClass.Login,
        ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or ErrorCode.TransactionalIdAuthorizationFailed
            or ErrorCode.GroupAuthorizationFailed => ErrorClass.NotAllowed,
        ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion or ErrorCode.UnsupportedForMessageFormat
            => ErrorClass.NoTransactions,
        ErrorCode.InvalidTransactionTimeout => ErrorClass.TooLong,
        ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge => ErrorClass.TooLarge,
        ErrorCode.InvalidRecord or ErrorCode.PolicyViolation or ErrorCode.TopicException => ErrorClass.Refused,
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition => ErrorClass.NoTopic,
        _ => ErrorClass.Passing,
    };
}
