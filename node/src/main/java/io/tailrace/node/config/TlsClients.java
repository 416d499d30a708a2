package io.tailrace.node.config;

/** Whether clients and replicas have to show a certificate. */
public enum TlsClients {
    NO,
    YES,
    OPTIONAL
}
