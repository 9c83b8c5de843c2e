// What Gatehouse uses of libzxcvbn.
#ifndef GATEHOUSE_CZXCVBN_SHIM_H
#define GATEHOUSE_CZXCVBN_SHIM_H

#include <zxcvbn.h>

#endif
