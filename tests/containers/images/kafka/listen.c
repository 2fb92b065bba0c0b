/* The cluster listens on 127.0.0.1 and any port, and tells clients that address: here it is the container's, port 9092. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

int bind(int fd, const struct sockaddr *address, socklen_t length) {
    int (*real)(int, const struct sockaddr *, socklen_t) = (int (*)(int, const struct sockaddr *, socklen_t))dlsym(RTLD_NEXT, "bind");
    const char *listen_on = getenv("LISTEN_ON");
    if (listen_on && address->sa_family == AF_INET) {
        struct sockaddr_in own = *(const struct sockaddr_in *)address;
        if (own.sin_addr.s_addr == htonl(INADDR_LOOPBACK)) {
            int yes = 1;
            setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
            inet_pton(AF_INET, listen_on, &own.sin_addr);
            own.sin_port = htons(9092);
            return real(fd, (struct sockaddr *)&own, sizeof own);
        }
    }
    return real(fd, address, length);
}
