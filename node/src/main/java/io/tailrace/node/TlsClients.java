package io.tailrace.node;

/** Whether clients and replicas have to show a certificate. */
public enum TlsClients {
    YES,
    NO,
    OPTIONAL
}
