// What Gatehouse uses of hiredis: its reader of replies alone; the socket is ours.
#ifndef GATEHOUSE_CHIREDIS_SHIM_H
#define GATEHOUSE_CHIREDIS_SHIM_H

#include <hiredis/read.h>

// A macro of the library does this with a cast that Swift cannot see.
static inline void gatehouse_set_reader_owner(redisReader *reader, void *owner) { reader->privdata = owner; }

// How many bytes were fed that belong to no whole item yet.
static inline size_t gatehouse_unread_bytes(const redisReader *reader) { return reader->len - reader->pos; }

#endif
