package alert

import "ward/kit/web"

func (s *Service) operations() []web.Operation { return nil }
