// fontconfig keeps a few hundred bytes, once a process, that LeakSanitizer takes for lost.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig"; }
