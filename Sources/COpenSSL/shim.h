// What Gatehouse uses of libcrypto 3.0, and the few macros of it that Swift cannot see.
#ifndef GATEHOUSE_COPENSSL_SHIM_H
#define GATEHOUSE_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// OPENSSL_malloc and its friends are macros that add the file and line.
static inline void *gatehouse_allocate(size_t count) { return OPENSSL_malloc(count); }
static inline void gatehouse_free(void *pointer) { OPENSSL_free(pointer); }
static inline void gatehouse_clear_free(void *pointer, size_t count) { OPENSSL_clear_free(pointer, count); }

// BIO_get_mem_data is a macro over BIO_ctrl.
static inline long gatehouse_memory_of(BIO *bio, char **start) { return BIO_get_mem_data(bio, start); }

// X509V3_set_ctx_nodb assigns a member through a macro.
static inline void gatehouse_set_extension_context(X509V3_CTX *context, X509 *issuer, X509 *subject) {
    X509V3_set_ctx(context, issuer, subject, NULL, NULL, 0);
    X509V3_set_ctx_nodb(context);
}

// The accessors of GENERAL_NAMES are type-safe stack macros.
static inline int gatehouse_general_name_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline GENERAL_NAME *gatehouse_general_name_at(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}

// ERR_GET_REASON takes a number that Swift would have to narrow by hand.
static inline int gatehouse_last_error_reason(void) { return ERR_GET_REASON(ERR_peek_last_error()); }

// Builds a public key from parameters. The builder keeps pointers to names and values up to here, which is why the
// callers below are in C: a Swift string lends its bytes for one call only.
static inline EVP_PKEY *gatehouse_public_key(const char *family, OSSL_PARAM_BLD *builder) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, family, NULL);
    if (parameters != NULL && context != NULL && EVP_PKEY_fromdata_init(context) == 1) {
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters);
    }
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    return key;
}

static inline EVP_PKEY *gatehouse_rsa_public_key(const BIGNUM *modulus, const BIGNUM *exponent) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    if (builder != NULL && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1) {
        key = gatehouse_public_key("RSA", builder);
    }
    OSSL_PARAM_BLD_free(builder);
    return key;
}

static inline EVP_PKEY *gatehouse_curve_public_key(const char *group, const unsigned char *point, size_t count) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    if (builder != NULL && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1
        && OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, count) == 1) {
        key = gatehouse_public_key("EC", builder);
    }
    OSSL_PARAM_BLD_free(builder);
    return key;
}

// Keys an HMAC context: the array of parameters is shorter to build here than in Swift.
static inline int gatehouse_hmac_key(EVP_MAC_CTX *context, const unsigned char *key, size_t count, const char *digest) {
    OSSL_PARAM parameters[2] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest, 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_init(context, key, count, parameters);
}

// The flags are a combination of many macros.
static inline int gatehouse_print_name(BIO *bio, const X509_NAME *name) {
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}

#include <sys/prctl.h>

/* prctl is variadic, which Swift cannot call. */
static inline int gatehouse_forbid_dumps(void) {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

#endif
