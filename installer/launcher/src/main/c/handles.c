/*
 * handles.c - the files that the guest has open, by number.
 */
#include "files.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

uint64_t handle_add(struct files *files, struct node *node, int fd, bool writes)
{
    struct handle *handle = calloc(1, sizeof *handle);
    if (!handle) {
        close(fd);
        errno = ENOMEM;
        return 0;
    }
    pthread_mutex_init(&handle->position, NULL);
    handle->fd = fd;
    handle->writes = writes;
    handle->node = node;
    handle->pins = 1;
    pthread_mutex_lock(&files->lock);
    node->opened++;
    handle->id = files->next_handle++;
    handle->next = files->handles[handle->id % HANDLES];
    files->handles[handle->id % HANDLES] = handle;
    pthread_mutex_unlock(&files->lock);
    return handle->id;
}

struct handle *handle_get(struct files *files, uint64_t id)
{
    pthread_mutex_lock(&files->lock);
    struct handle *handle = files->handles[id % HANDLES];
    while (handle && (handle->id != id || handle->gone))
        handle = handle->next;
    if (handle)
        handle->pins++;
    pthread_mutex_unlock(&files->lock);
    if (!handle)
        errno = EBADF;
    return handle;
}

static void destroy(struct files *files, struct handle *handle)
{
    struct node *node = handle->node;
    close(handle->fd);
    pthread_mutex_destroy(&handle->position);
    free(handle);
    pthread_mutex_lock(&files->lock);
    node->opened--;
    node->pins++;
    pthread_mutex_unlock(&files->lock);
    node_put(files, node);
}

void handle_put(struct files *files, struct handle *handle)
{
    int error = errno;
    pthread_mutex_lock(&files->lock);
    bool last = --handle->pins == 0;
    if (last) {
        struct handle **at = &files->handles[handle->id % HANDLES];
        while (*at != handle)
            at = &(*at)->next;
        *at = handle->next;
    }
    pthread_mutex_unlock(&files->lock);
    if (last)
        destroy(files, handle);
    errno = error;
}

void handle_release(struct files *files, uint64_t id)
{
    struct handle *handle = handle_get(files, id);
    if (!handle)
        return;
    locks_drop(files, handle->node, 0, id);
    pthread_mutex_lock(&files->lock);
    bool first = !handle->gone;
    handle->gone = true;
    pthread_mutex_unlock(&files->lock);
    if (first)
        handle_put(files, handle);
    handle_put(files, handle);
}

void handles_end(struct files *files)
{
    for (size_t i = 0; i < HANDLES; i++)
        while (files->handles[i])
            handle_release(files, files->handles[i]->id);
}
