/**
 * Names that a C library has for its own in the headers that a script includes: a check's function of such a name is
 * renamed for the compiler. As glibc 2.36 declares them; what another library adds, it refuses in a line of its own.
 */

const FUNCTIONS =
  "a64l abort abs access acct alarm aligned_alloc arc4random arc4random_buf arc4random_uniform asprintf " +
  "at_quick_exit atexit atof atoi atol atoll basename bcmp bcopy brk bsearch bzero calloc " +
  "canonicalize_file_name chdir chmod chown chroot clearenv clearerr clearerr_unlocked close close_range " +
  "closefrom confstr cookie_close_function_t cookie_read_function_t cookie_seek_function_t " +
  "cookie_write_function_t copy_file_range creat creat64 crypt ctermid cuserid daemon div dprintf drand48 " +
  "drand48_r dup dup2 dup3 eaccess ecvt ecvt_r endusershell environ erand48 erand48_r euidaccess execl execle " +
  "execlp execv execve execveat execvp execvpe exit explicit_bzero faccessat fallocate fallocate64 fchdir " +
  "fchmod fchmodat fchown fchownat fclose fcloseall fcntl fcntl64 fcvt fcvt_r fdatasync fdopen feof " +
  "feof_unlocked ferror ferror_unlocked fexecve fflush fflush_unlocked ffs ffsl ffsll fgetc fgetc_unlocked " +
  "fgetpos fgetpos64 fgets fgets_unlocked fileno fileno_unlocked flockfile fmemopen fopen fopen64 fopencookie " +
  "fork fpathconf fprintf fputc fputc_unlocked fputs fputs_unlocked fread fread_unlocked free freopen freopen64 " +
  "fscanf fsconfig fseek fseeko fseeko64 fsetpos fsetpos64 fsmount fsopen fspick fstat fstat64 fstatat " +
  "fstatat64 fsync ftell ftello ftello64 ftruncate ftruncate64 ftrylockfile funlockfile futimens fwrite " +
  "fwrite_unlocked gamma gcvt get_current_dir_name getc getc_unlocked getchar getchar_unlocked getcwd getdelim " +
  "getdomainname getdtablesize getegid getentropy getenv geteuid getgid getgroups gethostid gethostname getline " +
  "getloadavg getlogin getlogin_r getopt getpagesize getpass getpgid getpgrp getpid getppid getpt getresgid " +
  "getresuid getsid getsubopt gettid getuid getumask getusershell getw getwd grantpt group_member imaxabs " +
  "imaxdiv index initstate initstate_r int ioctl isatty j0 j1 jn jrand48 jrand48_r l64a labs lchmod lchown " +
  "lcong48 lcong48_r ldiv link linkat llabs lldiv lockf lockf64 lrand48 lrand48_r lseek lseek64 lstat lstat64 " +
  "madvise malloc mblen mbstowcs mbtowc memccpy memchr memcmp memcpy memfd_create memfrob memmem memmove " +
  "mempcpy memrchr memset mincore mkdir mkdirat mkdtemp mkfifo mkfifoat mknod mknodat mkostemp mkostemp64 " +
  "mkostemps mkostemps64 mkstemp mkstemp64 mkstemps mkstemps64 mktemp mlock mlock2 mlockall mmap mmap64 mount " +
  "mount_setattr move_mount mprotect mrand48 mrand48_r mremap msync munlock munlockall munmap name_to_handle_at " +
  "nice nrand48 nrand48_r obstack_printf obstack_vprintf on_exit open open64 open_by_handle_at open_memstream " +
  "open_tree openat openat64 pathconf pause pclose perror pipe pipe2 pkey_alloc pkey_free pkey_get " +
  "pkey_mprotect pkey_set popen posix_fadvise posix_fadvise64 posix_fallocate posix_fallocate64 posix_madvise " +
  "posix_memalign posix_openpt pread pread64 printf process_madvise process_mrelease profil pselect ptsname " +
  "ptsname_r putc putc_unlocked putchar putchar_unlocked putenv puts putw pwrite pwrite64 qecvt qecvt_r qfcvt " +
  "qfcvt_r qgcvt qsort qsort_r quick_exit rand rand_r random random_r rawmemchr read readahead readlink " +
  "readlinkat realloc reallocarray realpath remap_file_pages remove rename renameat renameat2 revoke rewind " +
  "rindex rmdir rpmatch sbrk scanf secure_getenv seed48 seed48_r select setbuf setbuffer setdomainname setegid " +
  "setenv seteuid setgid sethostid sethostname setlinebuf setlogin setpgid setpgrp setregid setresgid setresuid " +
  "setreuid setsid setstate setstate_r setuid setusershell setvbuf shm_open shm_unlink sigabbrev_np sigdescr_np " +
  "sleep snprintf splice sprintf srand srand48 srand48_r srandom srandom_r sscanf stat stat64 statx stpcpy " +
  "stpncpy strcasecmp strcasecmp_l strcasestr strcat strchr strchrnul strcmp strcoll strcoll_l strcpy strcspn " +
  "strdup strerror strerror_l strerror_r strerrordesc_np strerrorname_np strfromd strfromf strfromf128 " +
  "strfromf32 strfromf32x strfromf64 strfromf64x strfroml strfry strlen strncasecmp strncasecmp_l strncat " +
  "strncmp strncpy strndup strnlen strpbrk strrchr strsep strsignal strspn strstr strtod strtod_l strtof " +
  "strtof128 strtof128_l strtof32 strtof32_l strtof32x strtof32x_l strtof64 strtof64_l strtof64x strtof64x_l " +
  "strtof_l strtoimax strtok strtok_r strtol strtol_l strtold strtold_l strtoll strtoll_l strtoq strtoul " +
  "strtoul_l strtoull strtoull_l strtoumax strtouq strverscmp strxfrm strxfrm_l swab symlink symlinkat sync " +
  "sync_file_range syncfs syscall sysconf system tcgetpgrp tcsetpgrp tee tempnam tmpfile tmpfile64 tmpnam " +
  "tmpnam_r truncate truncate64 ttyname ttyname_r ttyslot ualarm umask umount umount2 ungetc unlink unlinkat " +
  "unlockpt unsetenv usleep utimensat valloc vasprintf vdprintf vfork vfprintf vfscanf vhangup vmsplice void " +
  "vprintf vscanf vsnprintf vsprintf vsscanf wcstoimax wcstombs wcstoumax wctomb write y0 y1 yn";

/** Of these also a variable cannot have the name while the macro is there. */
const MACROS =
  "alloca be16toh be32toh be64toh errno htobe16 htobe32 htobe64 htole16 htole32 htole64 le16toh " +
  "le32toh le64toh linux st_atime st_ctime st_mtime stderr stdin stdout strdupa strndupa unix";

export const LIBRARY_MACROS: ReadonlySet<string> = new Set(MACROS.split(" "));
export const LIBRARY_NAMES: ReadonlySet<string> = new Set([...FUNCTIONS.split(" "), ...LIBRARY_MACROS]);
