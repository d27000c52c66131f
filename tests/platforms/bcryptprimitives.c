/* Stands in for the system library of Windows 10 that Wine 8 lacks. */
__declspec(dllimport) unsigned char SystemFunction036(void *buffer, unsigned length);
int _DllMainCRTStartup(void *library, unsigned reason, void *reserved) { return 1; }
__declspec(dllexport) int ProcessPrng(void *buffer, unsigned long long length) {
    return SystemFunction036(buffer, (unsigned)length);
}
