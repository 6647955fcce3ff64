/** The parts of a .c that mount a tmpfs and look at a file of it. */

export const LOOK = `\
static u64 allocated_bytes(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : 512ULL * st.st_blocks;
}

/* Bytes that are no hole, between two offsets. */
static u64 data_between(int fd, u64 from, u64 to)
{
	u64 bytes = 0;
	off_t data, hole;

	for (u64 at = from; at < to; at = hole) {
		data = lseek(fd, at, SEEK_DATA);
		if (data < 0 || (u64)data >= to)
			break;
		hole = lseek(fd, data, SEEK_HOLE);
		if (hole < 0)
			break;
		bytes += ((u64)hole < to ? (u64)hole : to) - data;
	}
	return bytes;
}

static void print_data(int fd)
{
	off_t hole = 0, data;

	while ((data = lseek(fd, hole, SEEK_DATA)) >= 0 &&
	       (hole = lseek(fd, data, SEEK_HOLE)) >= 0)
		printf("# SEEK_DATA: [0x%llx, 0x%llx)\\n",
		       (u64)data, (u64)hole);
}
`;

export const MOUNT = `
static const char *huge_option(int order, bool huge_never)
{
	return order > 0 && !huge_never ? "huge=always" : "huge=never";
}

/* Private: in a mount namespace that ends with this process. */
static enum result mount_tmpfs(char *dir, const char *option)
{
	int error;

	if (geteuid() != 0)
		return skip("needs root, to mount a private tmpfs", 0);
	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return skip("no mount namespace", errno);
	if (!mkdtemp(dir))
		return skip("no directory in /tmp", errno);
	if (mount("reproducer", dir, "tmpfs", 0, option)) {
		error = errno;
		rmdir(dir);
		return skip("tmpfs with huge=", error);
	}
	return OK;
}
`;
