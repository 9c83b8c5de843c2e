/* Opens TLS connections as fast as the server lets it: each makes a full handshake (no resumption), sends the request
   of a file and reads to the end. Runs until SIGINT or SIGTERM, then prints "connections N failures M".
   Usage: handshakes PORT CONCURRENCY REQUEST_FILE */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    int descriptor;
    SSL *tls;
    bool sent;
    unsigned long received;
} connection;

static volatile sig_atomic_t stopping;
static unsigned long completed, failed;
static char request[16384];
static int request_length;
static struct sockaddr_in address;

static void stop(int signal_number) {
    (void)signal_number;
    stopping = 1;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void begin(connection *c, SSL_CTX *context, int poll) {
    c->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->descriptor < 0) fail("socket");
    /* As clients do: else the request waits for the acknowledgement of the handshake's last message, which may be delayed. */
    int on = 1;
    setsockopt(c->descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    int result = connect(c->descriptor, (struct sockaddr *)&address, sizeof address);
    if (result != 0 && errno != EINPROGRESS) fail("connect");
    c->tls = SSL_new(context);
    if (c->tls == NULL) fail("SSL_new");
    SSL_set_fd(c->tls, c->descriptor);
    SSL_set_connect_state(c->tls);
    SSL_set_tlsext_host_name(c->tls, "localhost");
    c->sent = false;
    c->received = 0;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, c->descriptor, &event) != 0) fail("epoll_ctl");
}

static void end(connection *c) {
    if (c->received > 0) completed++;
    else failed++;
    SSL_free(c->tls);
    close(c->descriptor);
}

/* Goes on as far as the socket lets it. False at the end of the connection. */
static bool advance(connection *c) {
    static char answer[32768];
    for (;;) {
        int result = c->sent ? SSL_read(c->tls, answer, sizeof answer) : SSL_write(c->tls, request, request_length);
        if (result > 0) {
            if (c->sent) c->received += (unsigned long)result;
            c->sent = true;
            continue;
        }
        int reason = SSL_get_error(c->tls, result);
        ERR_clear_error();
        return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE;
    }
}

static SSL_CTX *make_context(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL) fail("SSL_CTX_new");
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return context;
}

static void read_request(const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL) fail(path);
    request_length = (int)fread(request, 1, sizeof request, file);
    fclose(file);
}

int main(int argument_count, char **arguments) {
    if (argument_count != 4) return 2;
    int concurrency = atoi(arguments[2]);
    if (concurrency < 1) return 2;
    read_request(arguments[3]);
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)atoi(arguments[1]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    signal(SIGPIPE, SIG_IGN);

    SSL_CTX *context = make_context();
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (poll < 0) fail("epoll_create1");
    connection *connections = calloc((size_t)concurrency, sizeof(connection));
    if (connections == NULL) fail("calloc");
    for (int i = 0; i < concurrency; i++) begin(&connections[i], context, poll);
    while (!stopping) {
        struct epoll_event events[256];
        int ready = epoll_wait(poll, events, 256, 500);
        for (int i = 0; i < ready; i++) {
            connection *c = events[i].data.ptr;
            if (advance(c)) continue;
            end(c);
            begin(c, context, poll);
        }
    }
    printf("connections %lu failures %lu\n", completed, failed);
    return 0;
}
