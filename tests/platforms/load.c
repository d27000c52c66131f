/* load LIBRARY SYMBOL...: loads a library as System.load does, and looks its symbols up. For systems without a JVM. */
#include <dlfcn.h>
#include <stdio.h>

int main(int count, char **arguments) {
    void *library = dlopen(arguments[1], RTLD_NOW);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    for (int i = 2; i < count; i++) {
        if (dlsym(library, arguments[i]) == NULL) {
            fprintf(stderr, "%s\n", dlerror());
            return 1;
        }
    }
    printf("%d symbols\n", count - 2);
    return 0;
}
